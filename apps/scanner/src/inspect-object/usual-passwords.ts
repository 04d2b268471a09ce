/**
 * Tried on whatever is encrypted: what analysts and mail gateways pack samples with (the console's own downloads too).
 * Few, because some containers make each try cost a second on purpose.
 */
export const usualPasswords = ['infected', 'virus', 'malware'] as const;
