/** The last line of a text: of a traceback, or of what a program says before it ends, the one that says what is wrong. */
export function lastLine(text: string): string {
  const lines = text.trim().split('\n');
  return lines[lines.length - 1];
}
