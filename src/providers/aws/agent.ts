import * as z from 'zod';
import type { ErrorReading } from '../../core/analysis/reading.ts';
import { parseInstant } from '../../core/time.ts';
import type { Ask } from '../provider.ts';
import { askJson, complaint, type Question } from '../service.ts';
import type { AwsCredentials } from './credentials.ts';

/** How the agents of Amazon, in the container's neighbourhood or of the machine, write credentials. */
const answerSchema = z.object({
  AccessKeyId: z.string().min(1),
  SecretAccessKey: z.string().min(1),
  Token: z.string().min(1),
  Expiration: z.string(),
});

/** Asks an agent for credentials. */
export async function askAgent(question: Question, ask: Ask): Promise<AwsCredentials | ErrorReading> {
  const parsed = await askJson(question, ask);
  if (parsed.kind === 'error') return parsed;
  const found = answerSchema.safeParse(parsed.value).data;
  const expiresAt = parseInstant(found?.Expiration ?? '');
  if (found === undefined || expiresAt === null)
    return complaint(question, 'the answer holds no credentials');
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, Token: sessionToken } = found;
  return { kind: 'credentials', accessKeyId, secretAccessKey, sessionToken, expiresAt };
}
