import { Text, TextInput } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { CheckIcon, CrossIcon } from '../design/icons.js';
import { compareFingerprints, type Comparison } from './fingerprints.js';

interface Props {
  readonly shown: string;
  readonly label: string;
  readonly description?: string;
  readonly isRequired?: boolean;
  readonly onCompared?: (result: Comparison) => void;
}

const words: Record<Exclude<Comparison, 'empty'>, string> = {
  same: 'The same fingerprint.',
  different: 'NOT the same fingerprint.',
  unreadable: 'A SHA-256 fingerprint has 64 hexadecimal digits.',
};

/** Eyes skip the middle of a fingerprint; this doesn't. */
export function CompareFingerprint(props: Props): ReactElement {
  const [pasted, setPasted] = useState('');
  const result = compareFingerprints(pasted, props.shown);
  const change = (text: string) => {
    setPasted(text);
    props.onCompared?.(compareFingerprints(text, props.shown));
  };
  return (
    <TextInput
      label={props.label}
      description={props.description}
      placeholder="AA:BB:CC:…"
      value={pasted}
      onChange={(event) => change(event.currentTarget.value)}
      withAsterisk={props.isRequired ?? false}
      autoComplete="off"
      spellCheck={false}
      error={result === 'different' || result === 'unreadable' ? words[result] : undefined}
      rightSection={
        result === 'same' ? <CheckIcon size={16} /> : result === 'different' ? <CrossIcon size={16} /> : null
      }
      inputContainer={(input) => (
        <>
          {input}
          {result === 'same' && (
            <Text size="xs" c="teal" mt={4} role="status">
              {words.same}
            </Text>
          )}
        </>
      )}
    />
  );
}
