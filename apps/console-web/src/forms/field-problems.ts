import type { FormErrors } from '@mantine/form';
import type { ReactNode } from 'react';
import { ApiProblem } from '../api/api-problem.js';

/** What is wrong with one field of a form, as a sentence. */
export type FieldProblems = (name: string) => ReactNode;

/**
 * What the API refused, a sentence at each field of the form that was sent. `group`: the object of the request in which
 * the form's fields stand, such as `settings`.
 */
export function refusedFields(thrown: unknown, group?: string): FormErrors {
  const fields = thrown instanceof ApiProblem ? thrown.fields : {};
  const prefix = group === undefined ? '' : `${group}.`;
  const nameOf = (name: string) => (name.startsWith(prefix) ? name.slice(prefix.length) : name);
  return Object.fromEntries(Object.entries(fields).map(([name, text]) => [nameOf(name), asSentence(text)]));
}

/** The first problem among the items of a list, such as `to.2`, with the item it is about. */
export function itemProblem(thrown: unknown, name: string, items: readonly string[]): string | undefined {
  const fields = thrown instanceof ApiProblem ? thrown.fields : {};
  const found = Object.entries(fields).find(([key]) => key.startsWith(`${name}.`));
  if (found === undefined) return undefined;
  const item = items[Number(found[0].slice(name.length + 1))];
  return item === undefined ? asSentence(found[1]) : `“${item}” ${found[1]}`;
}

export const asSentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** For the form as a whole: what its fields say themselves isn't said twice, and never by a field's name on the wire. */
export function formProblem(thrown: unknown): unknown {
  if (!(thrown instanceof ApiProblem)) return thrown;
  const isOfField = Object.keys(thrown.fields).some((name) => thrown.message.startsWith(`${name}: `));
  return isOfField ? new ApiProblem(thrown.status, thrown.code, 'see the marked fields') : thrown;
}
