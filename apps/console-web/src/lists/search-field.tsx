import { TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useEffect, useState, type ReactElement } from 'react';
import { SearchIcon } from '../design/icons.js';

interface Props {
  readonly label: string;
  readonly placeholder: string;
  readonly value: string | null;
  readonly onChange: (value: string) => void;
}

const typingMs = 300;

/** Asks the server once the operator stops typing. */
export function SearchField({ label, placeholder, value, onChange }: Props): ReactElement {
  const [typed, setTyped] = useState(value ?? '');
  const tell = useDebouncedCallback(onChange, typingMs);
  useEffect(() => setTyped(value ?? ''), [value]);
  return (
    <TextInput
      size="sm"
      className="search-field"
      aria-label={label}
      placeholder={placeholder}
      maxLength={128}
      leftSection={<SearchIcon size={15} />}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        tell(event.currentTarget.value);
      }}
    />
  );
}
