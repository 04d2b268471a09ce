/** Where in a list one is: the number for people, the cursor for the API. */
export const pageKeys = ['page', 'cursor'] as const;
