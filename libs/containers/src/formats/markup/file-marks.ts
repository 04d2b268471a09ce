/**
 * How files begin in base64: zip and what is one (three kinds of its first record), PDF, RAR, 7z, gzip, OLE, cabinets, RTF,
 * ELF, xz, Zstandard, bzip2, LZ4, lzip, shortcuts, OneNote, TNEF, xar, RPM, CHM, WIM, forms of InfoPath, and the beginnings that programs for
 * Windows have. Whoever writes one into text writes it from its first byte.
 */
export const fileMarks = [
  ...[
    'UEsDB',
    'UEsFB',
    'JVBERi',
    'UmFyIRo',
    'N3q8ryc',
    'H4sIA',
    '0M8R4KGx',
    'TVNDRgAAAA',
    'e1xydG',
    'f0VMRg',
    '/Td6WFo',
  ],
  ...['KLUv/', 'QlpoOTFBWSZT', 'QlpoMTFBWSZT', 'BCJNGG', 'BCJNGE', 'TFpJUAE', 'TAAAAAEUAgAA', '5FJce4zYp02u'],
  ...['eJ8+Ig', 'eGFyIQ', '7avu2w', 'SVRTRgMAAAA', 'TVNXSU0AAAA', 'x0lGQRQAAAAB'],
  ...['TVqQAA', 'TVpQAA', 'TVoAAA', 'TVpBUlVI'],
].map((mark) => Buffer.from(mark));

export const hasFileMark = (bytes: Buffer): boolean => fileMarks.some((mark) => bytes.includes(mark));
