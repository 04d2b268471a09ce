import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findProgram } from '@sluice/private-servers';
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { SmallFilter } from './testing/small-filter.js';

const program = findProgram('miltertest');
if (program === null) console.warn('LEFT OUT, the tests with miltertest: it is not installed');
const withMiltertest = program === null ? describe.skip : describe;

/** OpenDKIM's peer of the protocol, written against Sendmail's own headers. */
withMiltertest('miltertest', () => {
  let filter: SmallFilter;
  beforeAll(async () => {
    filter = await SmallFilter.start();
  });
  afterAll(() => filter.close());

  /** Rejects with what the script says when one of its checks fails. */
  async function run(script: string): Promise<void> {
    const child = spawn(program ?? '', ['-D', `port=${filter.port}`]);
    child.stdin.end(script);
    const [output, errors, code] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      new Promise((resolve) => child.on('close', resolve)),
    ]);
    if (code !== 0) throw new Error(`miltertest ended with ${String(code)}: ${output}${errors}`);
  }

  /** miltertest ends with 1 of an error, and keeps its text to itself; unlike what its manual says, steps stand before actions. */
  const start = (negotiation = 'nil, nil, nil'): string => `
    function fail(why) mt.echo(why) error(why) end
    function must(problem) if problem ~= nil then fail(problem) end end
    function is(reply) if mt.getreply(conn) ~= reply then fail("answered " .. mt.getreply(conn)) end end
    function has(...) if not mt.eom_check(conn, ...) then fail("lacks " .. table.concat({...}, " ")) end end
    conn = mt.connect("inet:" .. port .. "@127.0.0.1")
    if conn == nil then fail("no connection") end
    must(mt.negotiate(conn, ${negotiation}))
    must(mt.conninfo(conn, "localhost", "127.0.0.1"))
    must(mt.helo(conn, "localhost"))
  `;
  const message = (subject: string): string => `
    must(mt.mailfrom(conn, "<a@example.org>"))
    must(mt.rcptto(conn, "<b@example.org>"))
    must(mt.header(conn, "X-Verdict", "forged"))
    must(mt.header(conn, "Subject", "${subject}"))
    must(mt.eoh(conn))
    must(mt.bodyrandom(conn, 200000))
    must(mt.eom(conn))
  `;

  it('negotiates, and has its message edited', () =>
    run(`${start()} ${message('hello')}
      is(SMFIR_CONTINUE)
      has(MT_HDRINSERT, "X-Verdict", " seen")
      has(MT_HDRDELETE, "X-Verdict")
      mt.disconnect(conn)`));
  it('finds quarantine and replies', () =>
    run(`${start()} ${message('quarantine')}
      is(SMFIR_CONTINUE)
      has(MT_QUARANTINE, "held by the filter")
      ${message('reject')}
      is(SMFIR_REPLYCODE)
      has(MT_SMTPREPLY, "550", "5.7.1", "not here, 100%%")
      mt.abort(conn)
      ${message('discard')}
      is(SMFIR_DISCARD)
      mt.disconnect(conn)`));
  it('is answered at each step when it speaks version 2', () =>
    run(`${start('2, 0, SMFIF_ADDHDRS + SMFIF_CHGHDRS')}
      ${message('hello')}
      is(SMFIR_CONTINUE)
      mt.disconnect(conn)`));
  it('fails where a check fails', () =>
    expect(run(`${start()} ${message('hello')} is(SMFIR_REJECT)`)).rejects.toThrow('answered'));
  it('left nothing to report', () => expect(filter.reports).toEqual([]));
});
