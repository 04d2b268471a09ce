import { Badge } from '@mantine/core';
import type { ReactElement } from 'react';

export const WordBadge = ({ word }: { readonly word: { name: string; color: string } }): ReactElement => (
  <Badge component="span" color={word.color} className="word-badge">
    {word.name}
  </Badge>
);
