import type { Importance } from '@sluice/contracts';
import type { MailContent, MailItem } from './compose-mail.js';
import type { Fact } from './describe-alert.js';
import { html, type SafeHtml } from './safe-html.js';

/** Dark text on a light ground of its own: readable in mail programs that ignore half of CSS. */
const badges: Readonly<Record<Importance, { readonly ground: string; readonly ink: string }>> = {
  high: { ground: '#fde3e1', ink: '#8c1d18' },
  medium: { ground: '#fdf0d5', ink: '#6b4700' },
  low: { ground: '#e3ecfb', ink: '#1f3f77' },
};
const font = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif";
const code = 'font-family:Consolas,Menlo,monospace;font-size:13px;word-break:break-all';

/** The HTML form: no images, no scripts, nothing loaded, links only to the console. */
export function mailPage(content: MailContent): SafeHtml {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width" />
        <meta name="color-scheme" content="light" />
        <meta name="format-detection" content="telephone=no,date=no,address=no,email=no,url=no" />
        <title>${content.title}</title>
      </head>
      <body
        style="margin:0;padding:24px 12px;background:#f2f4f7;color:#1c2430;${font};font-size:15px;line-height:1.5"
      >
        <table role="presentation" width="100%" cellpadding="0" cellspacing="0">
          <tr>
            <td align="center">
              <table
                role="presentation"
                cellpadding="0"
                cellspacing="0"
                style="width:100%;max-width:640px;background:#ffffff;border:1px solid #dde2ea;border-radius:8px"
              >
                <tr>
                  <td style="padding:24px 28px 8px">
                    ${content.importance === null ? '' : badge(content.importance, `${content.importance} importance`)}
                    <h1 style="margin:8px 0 4px;font-size:20px;line-height:1.35;word-break:break-word">
                      ${content.title}
                    </h1>
                    <p style="margin:0;color:#55606e">${content.lead}</p>
                  </td>
                </tr>
                <tr>
                  <td style="padding:12px 28px">${factTable(content.facts)}${itemList(content.items)}</td>
                </tr>
                ${linkRow(content.link)}
                <tr>
                  <td
                    style="padding:14px 28px 20px;border-top:1px solid #e8ecf2;color:#66707d;font-size:12px;word-break:break-word"
                  >
                    ${content.footer}
                  </td>
                </tr>
              </table>
            </td>
          </tr>
        </table>
      </body>
    </html> `;
}

const badge = (importance: Importance, text: string = importance): SafeHtml =>
  html`<span
    style="display:inline-block;padding:2px 10px;border-radius:10px;font-size:12px;font-weight:600;background:${badges[importance].ground};color:${badges[importance].ink}"
    >${text}</span
  >`;

function factTable(facts: readonly Fact[]): SafeHtml {
  if (facts.length === 0) return html``;
  return html`<table cellpadding="0" cellspacing="0" style="width:100%;border-collapse:collapse">
    ${facts.map(factRow)}
  </table>`;
}

const factRow = ({ label, values, isCode }: Fact): SafeHtml =>
  html` <tr>
    <th
      scope="row"
      align="left"
      valign="top"
      style="padding:6px 16px 6px 0;color:#55606e;font-weight:500;white-space:nowrap"
    >
      ${label}
    </th>
    <td valign="top" style="padding:6px 0;word-break:break-word">
      ${values.map((value) => html`<div style="padding-bottom:3px;${isCode === true ? code : ''}">${value}</div>`)}
    </td>
  </tr>`;

const itemList = (items: readonly MailItem[]): SafeHtml => html`${items.map(itemBlock)}`;

const itemBlock = (item: MailItem): SafeHtml =>
  html` <div style="padding:10px 0;border-top:1px solid #e8ecf2;word-break:break-word">
    ${item.importance === null ? '' : badge(item.importance)}
    ${item.url === null ? html`<span>${item.text}</span>` : html`<a href="${item.url}" style="color:#1a56b0">${item.text}</a>`}
    <div style="color:#66707d;font-size:13px">${item.note}</div>
  </div>`;

function linkRow(link: MailContent['link']): SafeHtml {
  if (link === null) return html``;
  return html`<tr>
    <td style="padding:8px 28px 24px">
      <a
        href="${link.url}"
        style="display:inline-block;padding:10px 18px;border-radius:6px;background:#1a56b0;color:#ffffff;text-decoration:none;font-weight:600"
        >${link.label}</a
      >
    </td>
  </tr>`;
}
