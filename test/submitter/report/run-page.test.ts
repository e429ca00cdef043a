import { event, history, SLOW_START, submitted } from './sample-run';
import { PHASES } from '../../../src/submitter/phases';
import { runPage } from '../../../src/submitter/report/run-page';
import { BACKFILL } from '../sample';

const EVIL = '</style></title><script>alert(1)</script><img src=x onerror="alert(2)">\' "';

/** What a browser would take for markup: the tags' names, once each. */
const tags = (page: string) => [...new Set([...page.matchAll(/<([a-z!][a-z0-9]*)/gi)].map(([, name]) => name.toLowerCase()))].sort();

test('a run that went well: what it did, every step, rows and workers over time', () => {
  const page = runPage(history(SLOW_START));
  expect(page).toContain('<h1>word-count <span class="status succeeded">succeeded</span></h1>\n<p>100 rows in 2 fragments, table version 4. It took 1 min 0 s.</p>');
  PHASES.forEach((name) => expect(page).toContain(`<b>${name}</b>`));
  expect(page).toContain('aria-label="100 of 100 rows done, 8 a second while they were computed"');
  expect(page).toContain('aria-label="at most 2 of 4 workers up; the dashed line is what was asked for"');
  expect(page).toContain('<b>67 % of the time went into starting workers: 40.0 s of 1 min 0 s.</b>');
});

test('bars stand where the time went', () => {
  const [, schedule] = /<b>schedule actors<\/b>(.*?)<\/li>/.exec(runPage(history(SLOW_START)))!;
  expect(schedule).toBe('<span class="took">40.0 s</span><div class="track"><i class="bar done" style="left:min(10.00%,100% - 3px);width:66.67%" title="attempt 1: 6.0 s to 46.0 s"></i></div>');
});

test('a line of rows reaches the top when all are done', () => {
  const [, line] = /class="line" d="([^"]+)"/.exec(runPage(history(SLOW_START)))!;
  expect(line).toBe('M100 100L800 60L850 4L966.7 0H1000');
});

test('a run that failed: the error with its frames and its fix, and the step in which it broke', () => {
  const error = event(56, { type: 'error', code: 'UDF_FAILED', message: 'it raised', fix: 'read it: geneva-stack logs RUN', fragment: 1, row: 7, traceback: 'File "f.py", line 1\n' });
  const made = history([...SLOW_START.slice(0, 11), error], 'FAILED');
  const page = runPage(made);
  expect(page).toContain('<h2>UDF_FAILED</h2><p>it raised</p><p>In fragment 1, row 7.</p><pre>File &#34;f.py&#34;, line 1</pre>');
  expect(page).toContain(`<b>Fix:</b> read it: geneva-stack logs ${made.record.run}</p>`);
  expect(page).toMatch(/<li class="failed"><b>execute UDF<\/b>.*?class="bar failed"/);
});

test('what is not seen is not drawn', () => {
  const page = runPage(history(SLOW_START, 'SUCCEEDED', submitted({ target: 'http://127.0.0.1:8265' })));
  expect(page).toContain('<li class="unseen"><b>download images</b><span class="took"></span><div class="note">not seen here: Kubernetes sees it');
  expect(page).not.toMatch(/download images<\/b>[^\n]{0,40}class="bar/);
});

test('a run of which nothing is left is a page that says so', () => {
  const page = runPage(history([], 'RUNNING'));
  expect(page).toContain('Nothing that the runtime told is left');
  expect(page).not.toContain('<svg');
  expect(page).not.toMatch(/NaN|Infinity|undefined|null/);
});

test('no number of a page is none', () => {
  expect(runPage(history(SLOW_START))).not.toMatch(/NaN|Infinity|undefined|null/);
});

test('it needs nothing from elsewhere, and runs nothing', () => {
  const page = runPage(history(SLOW_START));
  expect(page).not.toMatch(/<script|<link|<img|<iframe|@import|url\(|\bsrc=|\bhref=|\son\w+=/);
});

test('whatever a run tells is text', () => {
  const job = { ...BACKFILL, name: EVIL, table: EVIL, column: EVIL, udf: EVIL, where: EVIL };
  const bundle = { store: EVIL, digest: EVIL, manifestSha256: EVIL };
  const made = submitted({ run: EVIL, job: EVIL, environment: EVIL, namespace: EVIL, address: EVIL, target: EVIL, spec: { bundle, job } });
  const evil = { ...made, attempts: made.attempts.map((attempt) => ({ ...attempt, submissionId: EVIL, reason: EVIL })) };
  const events = [
    ...SLOW_START.slice(0, 11), event(55, { type: 'retry', fragment: 1, reason: EVIL }),
    event(56, { type: 'error', code: EVIL, message: EVIL, fix: EVIL, traceback: EVIL }),
  ];
  const page = runPage(history(events, 'FAILED', evil));
  const good = [event(55, { type: 'retry', fragment: 1, reason: 'r' }), event(56, { type: 'error', code: 'C', message: 'm', fix: 'f', traceback: 't' })];
  const harmless = runPage(history([...SLOW_START.slice(0, 11), ...good], 'FAILED'));
  expect(tags(page)).toEqual(tags(harmless));
  expect(page.match(/<\/style>|<\/title>/g)).toEqual(['</title>', '</style>']);
  expect(page).toContain('&#60;script&#62;alert(1)&#60;/script&#62;');
});
