import type { Db } from 'mongodb';
import { type Preferences, wantsAll } from './domain.ts';

type PreferencesDocument = { _id: string } & Partial<Preferences>;

const toPreferences = ({ _id: _, ...said }: PreferencesDocument): Preferences => ({ ...wantsAll, ...said });

/** What users want to be notified of, by user id; only what they said is stored. */
export function createPreferenceStore(db: Db) {
  const preferences = db.collection<PreferencesDocument>('notification_preferences');

  const findMany = async (userIds: readonly string[]): Promise<Map<string, Preferences>> => {
    const found = await preferences.find({ _id: { $in: [...userIds] } }).toArray();
    return new Map(found.map((document) => [document._id, toPreferences(document)]));
  };

  return {
    /** Those of the users who ever said what they want. */
    findMany,
    update: async (userId: string, wishes: Partial<Preferences>): Promise<void> => {
      if (Object.keys(wishes).length === 0) return;
      await preferences.updateOne({ _id: userId }, { $set: wishes }, { upsert: true });
    },
  };
}
