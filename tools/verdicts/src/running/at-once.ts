/** Works through a list, so many at once, and gives the results as they come. */
export async function atOnce<Item, Result>(
  items: readonly Item[],
  count: number,
  work: (item: Item) => Promise<Result>,
  onResult: (result: Result) => void,
): Promise<void> {
  const waiting = items.values();
  const worker = async (): Promise<void> => {
    for (const item of waiting) onResult(await work(item));
  };
  await Promise.all(Array.from({ length: count }, worker));
}
