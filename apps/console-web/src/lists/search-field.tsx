import { TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useEffect, useState, type ReactElement } from 'react';
import { SearchIcon } from '../design/icons.js';

interface Props {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string | null;
  readonly onChange: (value: string) => void;
  /** Shorter texts are not asked for; the field says so. */
  readonly fewest?: number;
}

const typingMs = 300;

/** Asks the server once the operator stops typing. */
export function SearchField({ label, placeholder, value, onChange, fewest = 0 }: Props): ReactElement {
  const [typed, setTyped] = useState(value ?? '');
  const tell = useDebouncedCallback(onChange, typingMs);
  const isShort = typed.trim() !== '' && typed.trim().length < fewest;
  useEffect(() => setTyped(value ?? ''), [value]);
  return (
    <TextInput
      size="sm"
      className="search-field"
      aria-label={label}
      placeholder={placeholder}
      maxLength={128}
      leftSection={<SearchIcon size={15} />}
      rightSection={isShort ? <span className="quiet">{fewest}+</span> : null}
      {...(isShort ? { title: `At least ${fewest} characters` } : {})}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        const length = event.currentTarget.value.trim().length;
        if (length === 0 || length >= fewest) tell(event.currentTarget.value);
      }}
    />
  );
}
