/*
 * Whether changes are being pushed to this tab; while they are not, what
 * changes by itself is polled.  Apart from the streams, so that queries need
 * not know them.
 */
import { signal } from "@preact/signals";

export const live = signal(false);
