import { describe, expect, it } from 'vitest';
import { createCircuit } from './circuit.ts';

describe('a circuit', () => {
  it('opens after failures in a row, lets one probe through when its time is over, and closes when that succeeds', async () => {
    let time = 0;
    let calls = 0;
    let healthy = false;
    const circuit = createCircuit({ name: 'It', threshold: 3, openMs: 100, isFailure: () => true, now: () => time });
    const call = () =>
      circuit(async () => {
        calls += 1;
        if (!healthy) throw new Error('down');
        return 'up';
      });

    for (let i = 0; i < 3; i++) await expect(call()).rejects.toThrow('down');
    await expect(call()).rejects.toThrow('It does not answer');
    expect(calls).toBe(3);

    time = 100;
    await expect(call()).rejects.toThrow('down');
    await expect(call()).rejects.toThrow('It does not answer');
    expect(calls).toBe(4);

    time = 200;
    healthy = true;
    await expect(call()).resolves.toBe('up');
    await expect(call()).resolves.toBe('up');
  });
});
