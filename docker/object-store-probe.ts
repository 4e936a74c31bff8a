import { randomBytes } from 'node:crypto';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  HeadBucketCommand,
  PutObjectCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { createS3Client } from '../catalog/storage.ts';
import { type ProbeRun, REQUEST_TIMEOUT_MS } from './probe-run.ts';

/** Makes the bucket of the warehouse if it is missing, then puts, gets and deletes an object. */
export async function probeObjectStore({ endpoints, signal, onStep }: ProbeRun): Promise<void> {
  const { bucket } = endpoints.objectStore;
  const client = createS3Client(endpoints.objectStore);
  const options = { abortSignal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_TIMEOUT_MS)]) };
  const object = { Bucket: bucket, Key: `.lakehouse-probe/${randomBytes(6).toString('hex')}` };
  try {
    onStep(`looking for the bucket ${bucket}`);
    if (!(await hasBucket(client, bucket, options.abortSignal)))
      await client.send(new CreateBucketCommand({ Bucket: bucket }), options);
    onStep('writing, reading and deleting an object');
    await client.send(new PutObjectCommand({ ...object, Body: object.Key }), options);
    const got = await client.send(new GetObjectCommand(object), options);
    if ((await got.Body?.transformToString()) !== object.Key) throw new Error('Another object came back.');
    await client.send(new DeleteObjectCommand(object), options);
  } finally {
    client.destroy();
  }
}

async function hasBucket(client: S3Client, bucket: string, abortSignal: AbortSignal): Promise<boolean> {
  try {
    await client.send(new HeadBucketCommand({ Bucket: bucket }), { abortSignal });
    return true;
  } catch (error) {
    const { $metadata } = error as { $metadata?: { httpStatusCode?: number } };
    if ($metadata?.httpStatusCode === 404) return false;
    throw error;
  }
}
