/** The command was called wrongly, or cannot do what was asked: said in one line, exit 2. */
export class UsageError extends Error {}
