package kubelet

import (
	"net/netip"
	"testing"
)

func TestAddressesAreThoseBetweenTheBridgeAndTheBroadcast(t *testing.T) {
	addresses := newAddresses(netip.MustParsePrefix("10.77.3.0/29"))
	var taken []string
	for {
		address, err := addresses.take()
		if err != nil {
			break
		}
		taken = append(taken, address.String())
	}
	expect(t, taken, []string{"10.77.3.2", "10.77.3.3", "10.77.3.4", "10.77.3.5", "10.77.3.6"})
}

func TestAnAddressIsUsedAgainWhenTheOthersHaveBeen(t *testing.T) {
	addresses := newAddresses(netip.MustParsePrefix("10.77.3.0/29"))
	first, _ := addresses.take()
	addresses.give(first)
	var taken []string
	for range 5 {
		address, err := addresses.take()
		if err != nil {
			t.Fatal(err)
		}
		taken = append(taken, address.String())
	}
	expect(t, taken, []string{"10.77.3.3", "10.77.3.4", "10.77.3.5", "10.77.3.6", "10.77.3.2"})
}
