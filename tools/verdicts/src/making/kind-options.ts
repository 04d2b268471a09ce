/** Options that many kinds have. */
export const mail = { mail: true } as const;
export const text = { endsAnywhere: 'a text ends where it ends' } as const;
export const carrier = { endsAnywhere: 'what it is in does not say how long it is' } as const;
export const inFront = { endsAnywhere: 'what remains may be no more than what stands in front' } as const;
export const blocks = { endsAnywhere: 'what is cut off are blocks of zeros, or another member' } as const;
export const mailOrText = {
  ...mail,
  endsAnywhere: 'what it ends with is a text, or a mail of its own',
} as const;
export const interruptedZip = {
  ...carrier,
  heldTwin: 'a zip that other bytes interrupt is broken to all who find it as it stands',
} as const;
export const closed = { said: 'recognised, and not opened' } as const;
export const encrypted = { said: 'encrypted' } as const;
