import { Button, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useRef, type ReactElement, type ReactNode } from 'react';
import { defaultSubject, subjectMacros } from './subject-macros.js';

interface Props {
  readonly value: string;
  readonly error: ReactNode;
  readonly onChange: (subject: string) => void;
}

/** Macros are put in where the cursor stands. */
export function SubjectField({ value, error, onChange }: Props): ReactElement {
  const [isOpen, list] = useDisclosure(false);
  const field = useRef<HTMLInputElement>(null);
  const insert = (name: string) => {
    const input = field.current;
    if (input === null) return;
    const [from, to] = [input.selectionStart ?? value.length, input.selectionEnd ?? value.length];
    const text = `%${name}%`;
    onChange(`${value.slice(0, from)}${text}${value.slice(to)}`);
    requestAnimationFrame(() => {
      input.focus();
      input.setSelectionRange(from + text.length, from + text.length);
    });
  };
  return (
    <div>
      <TextInput
        ref={field}
        label="Subject"
        description="Empty: the usual one. Words between percent signs are replaced"
        placeholder={defaultSubject}
        autoComplete="off"
        maxLength={200}
        error={error}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      <Button size="compact-sm" variant="subtle" mt={6} aria-expanded={isOpen} onClick={list.toggle}>
        {isOpen ? 'Hide the macros' : 'What can stand in it?'}
      </Button>
      {isOpen && (
        <div className="macro-list" role="list" aria-label="Macros">
          {subjectMacros.map(({ name, what, example }) => (
            <div className="macro-row" role="listitem" key={name}>
              <span>
                <button
                  type="button"
                  className="macro"
                  aria-label={`Insert %${name}%: ${what}`}
                  onClick={() => insert(name)}
                >
                  %{name}%
                </button>
              </span>
              <span>{what}</span>
              <span className="macro-example quiet">{example}</span>
            </div>
          ))}
        </div>
      )}
    </div>
  );
}
