import * as z from 'zod';
import { bucketName, hostname } from './formats';

/** A bucket that speaks S3. */
export interface Bucket {
  /** Host of the S3 API, reached over HTTPS from inside the cluster, such as `s3.eu-central-1.amazonaws.com`. */
  readonly endpoint: string;
  /** Region of the bucket, such as `eu-central-1`. */
  readonly region: string;
  /** Name of the bucket, such as `veza-backups`. */
  readonly bucket: string;
}

/** @internal */
export const bucketFields = {
  endpoint: hostname,
  region: z.string().min(1, 'is empty; name the region'),
  bucket: bucketName,
};
