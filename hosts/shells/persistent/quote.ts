import { AppError, note } from '../../../contract';

/**
 * Quotes one word for a POSIX shell: inside single quotes nothing is special except the single quote itself (POSIX.1 2.2.2), which
 * is written as '\''. Line breaks, spaces and bytes of any script stay unchanged.
 * @throws AppError BAD_INPUT for a NUL, which no argument of a program can contain (execve(2))
 */
export function quote(word: string): string {
  if (word.includes('\0'))
    throw new AppError('BAD_INPUT', 'A word for a host has a NUL character in it', { remedy: note('Leave it out.') });
  return `'${word.replaceAll("'", `'\\''`)}'`;
}

/** A command line made of data. There is no other way to make one: every word is quoted, none is a keyword or an option of the shell. */
export const commandLine = (argv: readonly string[]): string => argv.map(quote).join(' ');
