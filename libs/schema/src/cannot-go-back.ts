/** Migrations only go forward (expand, then contract): going back is restoring a backup. */
export function cannotGoBack(name: string): Promise<never> {
  return Promise.reject(new Error(`migration ${name} can't be undone; restore a backup instead`));
}
