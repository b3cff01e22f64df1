import { hash, parseOptions, verify } from '@node-rs/argon2';

/** Argon2id with OWASP's minimum: 19 MiB, two passes, one lane. It is the library's default algorithm and version. */
const options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Passwords that look alike are alike (NIST SP 800-63B). */
const normalise = (password: string): string => password.normalize('NFKC');

export type Passwords = {
  hash: (password: string) => Promise<string>;
  /** Without a hash it takes just as long, and is false. */
  verify: (password: string, passwordHash: string | undefined) => Promise<boolean>;
  /** Whether the hash was made with other parameters than ours. */
  isOutdated: (passwordHash: string) => boolean;
};

/** Hash and check passwords. `unguessable` is a random text whose hash stands in for that of an unknown account. */
export async function createPasswords(unguessable: string): Promise<Passwords> {
  const standIn = await hash(unguessable, options);
  return {
    hash: (password) => hash(normalise(password), options),
    verify: async (password, passwordHash) => {
      const matches = await verify(passwordHash ?? standIn, normalise(password));
      return matches && passwordHash !== undefined;
    },
    isOutdated: (passwordHash) => {
      const { memoryCost, timeCost, parallelism } = parseOptions(passwordHash);
      return memoryCost !== options.memoryCost || timeCost !== options.timeCost || parallelism !== options.parallelism;
    },
  };
}
