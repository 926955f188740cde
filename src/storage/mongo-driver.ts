import { mongo } from 'mongoose';

/** The driver that mongoose brings, so that there is one version of it: its types, and the values we need. */
export type Document = mongo.BSON.Document;
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- our `_id`s are strings, the driver's default is ObjectId
export type Collection = mongo.Collection<any>;
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- as above
export type Filter = mongo.Filter<any>;
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- as above
export type BulkOperation = mongo.AnyBulkWriteOperation<any>;
export type ClientSession = mongo.ClientSession;
export const Binary = mongo.Binary;
export const GridFSBucket = mongo.GridFSBucket;
export type GridFSBucket = mongo.GridFSBucket;
