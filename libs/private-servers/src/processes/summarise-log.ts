/**
 * The line of a log that says why a process ended. Services write JSON lines, servers plain text, Node a stack with its
 * own version at the end.
 */
export function summariseLog(text: string): string {
  const lines = text
    .split('\n')
    .map((line) => messageOf(line.trim()))
    .filter((line) => line !== '' && !/^(Node\.js v|at |\^)/.test(line));
  const telling = lines.findLast((line) =>
    /error|fatal|wrong|not set|denied|refused|can.t|cannot|in use/i.test(line),
  );
  return (telling ?? lines.at(-1) ?? 'it said nothing').slice(0, 400);
}

function messageOf(line: string): string {
  if (!line.startsWith('{')) return line;
  try {
    const { msg, err } = JSON.parse(line) as { msg?: unknown; err?: { message?: unknown } };
    return [msg, err?.message].filter((part) => typeof part === 'string').join(': ');
  } catch {
    return line;
  }
}
