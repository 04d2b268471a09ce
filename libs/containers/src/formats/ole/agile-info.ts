/** One `keyData` or `encryptedKey` of [MS-OFFCRYPTO] 2.3.4.10. */
interface KeyInfo {
  readonly hash: 'sha1' | 'sha256' | 'sha384' | 'sha512';
  readonly salt: Buffer;
  readonly saltBytes: number;
  readonly keyBytes: number;
}

export interface AgileInfo {
  readonly keyData: KeyInfo;
  readonly password: KeyInfo & {
    readonly spinCount: number;
    readonly verifierInput: Buffer;
    readonly verifierValue: Buffer;
    readonly keyValue: Buffer;
  };
}

const hashes: Readonly<Record<string, KeyInfo['hash']>> = {
  SHA1: 'sha1',
  'SHA-1': 'sha1',
  SHA256: 'sha256',
  SHA384: 'sha384',
  SHA512: 'sha512',
};
/** Office writes 100,000. The format allows a hundred times that, with which one try takes half a minute. */
const maxSpinCount = 1_000_000;
const maxInfoLength = 64 * 1024;

type Attributes = ReadonlyMap<string, string>;

/** The descriptor is XML of two elements that matter. Null: another method, or one that makes a try too costly. */
export function readAgileInfo(xml: string): AgileInfo | null {
  const text = xml.slice(0, maxInfoLength);
  const keyData = keyInfo(attributesOf(text, 'keyData'));
  const attributes = attributesOf(text, 'encryptedKey');
  const password = keyInfo(attributes);
  const spinCount = numberIn(attributes, 'spinCount');
  if (keyData === null || password === null || !(spinCount >= 0 && spinCount <= maxSpinCount)) return null;
  const verifierInput = bytesIn(attributes, 'encryptedVerifierHashInput');
  const verifierValue = bytesIn(attributes, 'encryptedVerifierHashValue');
  const keyValue = bytesIn(attributes, 'encryptedKeyValue');
  const isWhole = [verifierInput, verifierValue, keyValue].every(
    ({ length }) => length > 0 && length % 16 === 0,
  );
  return isWhole
    ? { keyData, password: { ...password, spinCount, verifierInput, verifierValue, keyValue } }
    : null;
}

function attributesOf(xml: string, element: string): Attributes {
  const start = new RegExp(`<(?:[\\w-]{1,20}:)?${element}\\s`).exec(xml);
  if (start === null) return new Map();
  const from = start.index + start[0].length;
  const end = xml.indexOf('>', from);
  const tag = xml.slice(from, end < 0 ? undefined : end);
  return new Map(
    [...tag.matchAll(/(\w{1,40})="([^"]{0,4096})"/g)].map(([, name = '', value = '']) => [name, value]),
  );
}

const numberIn = (attributes: Attributes, name: string): number => Number(attributes.get(name) ?? Number.NaN);
const bytesIn = (attributes: Attributes, name: string): Buffer =>
  Buffer.from(attributes.get(name) ?? '', 'base64');

function keyInfo(attributes: Attributes): KeyInfo | null {
  const hash = hashes[attributes.get('hashAlgorithm') ?? ''];
  const keyBits = numberIn(attributes, 'keyBits');
  const isAes =
    attributes.get('cipherAlgorithm') === 'AES' &&
    attributes.get('cipherChaining') === 'ChainingModeCBC' &&
    [128, 192, 256].includes(keyBits);
  if (hash === undefined || !isAes) return null;
  const salt = bytesIn(attributes, 'saltValue');
  return salt.length === 0
    ? null
    : { hash, salt, saltBytes: numberIn(attributes, 'saltSize'), keyBytes: keyBits / 8 };
}
