import { parseEvent } from '../../src/submitter/runtime-event';

const EVENT = '{"schema":"runtime-events/v1","type":"progress","at":1,"run":"r","attempt":1,"rowsDone":1,"rows":2,"tasksDone":0,"tasks":1}';

test('an event is read from its line', () => {
  expect(parseEvent(EVENT)).toMatchObject({ type: 'progress', rowsDone: 1 });
});

test('an event that came between a worker\'s output and the end of its line is read, too', () => {
  expect(parseEvent(`(Worker pid=7) imported by the user${EVENT}`)).toMatchObject({ type: 'progress', rowsDone: 1 });
});

test.each([
  ['a user\'s own line', 'loading the model'],
  ['half an event', EVENT.slice(0, 60)],
  ['an event of another format', EVENT.replace('/v1', '/v9')],
])('%s is no event', (_, line) => {
  expect(parseEvent(line)).toBeUndefined();
});
