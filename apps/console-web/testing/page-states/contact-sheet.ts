import type { BrowserContext } from 'playwright-core';
import { readFile } from 'node:fs/promises';

interface Picture {
  readonly name: string;
  readonly file: string;
}

const gapPx = 12;

/** Several pictures in one, each under its name, so that an eye gets through all of them. */
export async function writeContactSheet(
  context: BrowserContext,
  { pictures, columns, widthPx, heightPx, file }: SheetOptions,
): Promise<void> {
  const page = await context.newPage();
  try {
    await page.setViewportSize({ width: columns * (widthPx + gapPx) + gapPx, height: 400 });
    const cells = await Promise.all(
      pictures.map(async ({ name, file: from }) => {
        const content = (await readFile(from)).toString('base64');
        return `<figure><figcaption>${name}</figcaption><img src="data:image/png;base64,${content}"></figure>`;
      }),
    );
    await page.setContent(
      `<!doctype html><style>body{margin:0;padding:${gapPx}px;display:flex;flex-wrap:wrap;gap:${gapPx}px;align-items:start;background:#888;font:14px sans-serif}
       figure{margin:0;width:${widthPx}px;max-height:${heightPx}px;overflow:hidden}img{width:100%;display:block}</style>${cells.join('')}`,
    );
    await page.screenshot({ path: file, fullPage: true });
  } finally {
    await page.close();
  }
}

interface SheetOptions {
  readonly pictures: readonly Picture[];
  readonly columns: number;
  readonly widthPx: number;
  /** What is longer is cut: its own picture has all of it. */
  readonly heightPx: number;
  readonly file: string;
}
