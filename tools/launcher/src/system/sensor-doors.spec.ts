import { describe, expect, it } from 'vitest';
import { listenText, readDoor, registrationOf } from './sensor-doors.js';

describe('readDoor', () => {
  it.each([
    ['3310', '127.0.0.1:3310'],
    ['0.0.0.0:3310', '0.0.0.0:3310'],
    ['mail.example:3310', 'mail.example:3310'],
    ['[::1]:3310', '[::1]:3310'],
  ])('understands %s', (text, expected) => {
    const door = readDoor('clamd', text, '');
    expect(listenText(door.listen)).toBe(expected);
    expect(door.variables(listenText(door.listen))).toEqual({ SENSOR_CLAMD_LISTEN: expected });
  });

  it('gives each listener its own variable and registration', () => {
    const door = readDoor('milter', '8891', '');
    expect(door.option).toBe('--milter');
    expect(door.variables(listenText(door.listen))).toEqual({ SENSOR_MILTER_LISTEN: '127.0.0.1:8891' });
    expect(door.registration).toMatchObject({ sensorId: 'mail', type: 'mail' });
  });

  it('accepts what the sensor will ask for by its variables, and its defaults otherwise', () => {
    const door = readDoor('clamd', '3310', '');
    expect(registrationOf(door, {})).toEqual(door.registration);
    expect(
      registrationOf(door, {
        SENSOR_CLAMD_TYPE: 'mail',
        SENSOR_CLAMD_SENSOR_ID: 'mx-1',
        SENSOR_MILTER_NAME: 'x',
      }),
    ).toEqual({ ...door.registration, sensorId: 'mx-1', type: 'mail' });
  });

  it.each(['', '0', '65536', 'x', ':3310', '::1:3310', '3310:', '127.0.0.1'])('refuses %j', (text) => {
    expect(() => readDoor('clamd', text, 'usage')).toThrow(`--clamd takes PORT or HOST:PORT, not ${text}.`);
  });
});
