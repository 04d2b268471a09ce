import { Kbd, TextInput } from '@mantine/core';
import { useState, type KeyboardEvent, type ReactElement } from 'react';
import { useLocation } from 'wouter';
import { SearchIcon } from '../design/icons.js';
import { useDestinations } from './use-destinations.js';
import './go-anywhere.css';
import { Dialog } from '../design/dialog.js';

interface Props {
  readonly isOpen: boolean;
  readonly onClose: () => void;
}

export function GoAnywhere({ isOpen, onClose }: Props): ReactElement {
  return (
    <Dialog
      opened={isOpen}
      onClose={onClose}
      title="Go to"
      size="lg"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Finder onClose={onClose} />
    </Dialog>
  );
}

/** A combobox: the field keeps the focus, the arrows move through what it found. */
function Finder({ onClose }: { readonly onClose: () => void }): ReactElement {
  const [text, setText] = useState('');
  const [chosen, setChosen] = useState(0);
  const [, navigate] = useLocation();
  const found = useDestinations(text);
  const at = Math.min(chosen, found.length - 1);
  const go = (index: number) => {
    const destination = found[index];
    if (destination === undefined) return;
    onClose();
    if (typeof destination.to === 'string') navigate(destination.to);
    else destination.to();
  };
  const press = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      setChosen((at + step + found.length) % found.length);
    }
    if (event.key === 'Enter') go(at);
  };
  return (
    <>
      <TextInput
        data-autofocus
        size="md"
        variant="unstyled"
        px="sm"
        leftSection={<SearchIcon />}
        placeholder="Page, system, subject, sender, hash, scanId or action"
        aria-label="Go to a page, system, alert or hash"
        role="combobox"
        aria-expanded
        aria-controls="destinations"
        aria-activedescendant={`destination-${at}`}
        value={text}
        onChange={(event) => {
          setText(event.currentTarget.value);
          setChosen(0);
        }}
        onKeyDown={press}
      />
      <div id="destinations" className="destinations" role="listbox" aria-label="Destinations">
        {found.map((destination, index) => (
          <div
            key={destination.key}
            id={`destination-${index}`}
            role="option"
            aria-selected={index === at}
            className="destination"
            onMouseMove={() => setChosen(index)}
            onClick={() => go(index)}
          >
            {destination.icon}
            <span>
              <bdi>{destination.title}</bdi>
              {destination.note !== undefined && <small className="quiet"> {destination.note}</small>}
            </span>
            {index === at && <Kbd size="xs">Enter</Kbd>}
          </div>
        ))}
      </div>
    </>
  );
}
