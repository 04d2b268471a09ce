const [localBytes, directoryBytes] = [36, 52] as const;

/** A zip of `count` empty files, up to a million (zip64): 88 bytes each. */
export function buildEmptyEntries(count: number): Buffer {
  const zip = Buffer.alloc(count * (localBytes + directoryBytes));
  const directory = count * localBytes;
  for (let index = 0; index < count; index += 1) {
    const name = String(index).padStart(6, '0');
    const local = index * localBytes;
    zip.write('PK\x03\x04\x0a', local, 'latin1');
    zip.writeUInt16LE(6, local + 26);
    zip.write(name, local + 30, 'latin1');
    const entry = directory + index * directoryBytes;
    zip.write('PK\x01\x02\x14\x00\x0a', entry, 'latin1');
    zip.writeUInt16LE(6, entry + 28);
    zip.writeUInt32LE(local, entry + 42);
    zip.write(name, entry + 46, 'latin1');
  }
  return Buffer.concat([zip, endRecords(count, directory)]);
}

/** The zip64 end record, its locator, and the old end record that says "see there" (APPNOTE.TXT 4.3.14 to 4.3.16). */
function endRecords(count: number, directory: number): Buffer {
  const end = Buffer.alloc(56 + 20 + 22);
  const size = count * directoryBytes;
  end.write('PK\x06\x06\x2c', 0, 'latin1');
  end.writeUInt16LE(45, 12);
  end.writeUInt16LE(45, 14);
  [24, 32].forEach((at) => end.writeBigUInt64LE(BigInt(count), at));
  end.writeBigUInt64LE(BigInt(size), 40);
  end.writeBigUInt64LE(BigInt(directory), 48);
  end.write('PK\x06\x07', 56, 'latin1');
  end.writeBigUInt64LE(BigInt(directory + size), 64);
  end.writeUInt32LE(1, 72);
  end.write('PK\x05\x06', 76, 'latin1');
  end.writeUInt32LE(0xffffffff, 84);
  end.writeUInt32LE(size, 88);
  end.writeUInt32LE(directory, 92);
  return end;
}
