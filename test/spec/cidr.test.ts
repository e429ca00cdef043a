import { isCidr } from '../../src/spec/cidr';

test.each(['10.0.0.0/16', '0.0.0.0/0', '10.1.2.3/32', 'fd00::/8', '::/0', '2001:db8::1/128'])('%s is a range of addresses', (text) => {
  expect(isCidr(text)).toBe(true);
});

test.each(['', '10.0.0.0', '10.0.0.0/33', '10.0.0.0/-1', '10.0.0.0/', '10.0.0.0/08', '10.0.0/8', '10.0.0.0/8/8', 'fd00::/129', 'api.acme.example/8', ' 10.0.0.0/8'])('%p is none', (text) => {
  expect(isCidr(text)).toBe(false);
});
