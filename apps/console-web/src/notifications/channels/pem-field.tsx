import { Anchor, FileButton, Group, Textarea } from '@mantine/core';
import { useId, type ReactElement, type ReactNode } from 'react';

interface Props {
  readonly label: string;
  readonly description: string;
  readonly kind: 'CERTIFICATE' | 'PRIVATE KEY';
  readonly isRequired?: boolean;
  readonly error?: ReactNode;
  readonly value?: string;
  readonly onChange: (text: string) => void;
}

/** PEM, pasted or read from a file of the operator's machine. */
export function PemField(props: Props): ReactElement {
  const { label, value = '', onChange } = props;
  const id = useId();
  const read = (file: File | null) => {
    if (file !== null) void file.text().then(onChange);
  };
  return (
    <div className="pem">
      <Textarea
        id={id}
        label={label}
        description={props.description}
        withAsterisk={props.isRequired ?? false}
        rows={value === '' ? 2 : 6}
        spellCheck={false}
        autoComplete="off"
        placeholder={`-----BEGIN ${props.kind}-----`}
        error={props.error}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      <Group gap="md" mt={4}>
        <FileButton onChange={read} accept=".pem,.crt,.cer,.key,.txt">
          {(button) => (
            <Anchor
              {...button}
              component="button"
              type="button"
              size="xs"
              aria-label={`${label}: read a file`}
            >
              Read a file
            </Anchor>
          )}
        </FileButton>
        {value !== '' && (
          <Anchor
            component="button"
            type="button"
            size="xs"
            aria-label={`${label}: empty the field`}
            onClick={() => onChange('')}
          >
            Empty the field
          </Anchor>
        )}
      </Group>
    </div>
  );
}
