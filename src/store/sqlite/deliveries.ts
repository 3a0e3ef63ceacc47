/** What became of my messages at each recipient, in the database; by the message's number, so that order is age. */
import { present } from "../../base/assert.ts";
import type { DeliveryStore } from "../../core/ports/store.ts";
import type { LateIndex } from "./late-index.ts";
import { deliveryValues, toDelivery } from "./rows.ts";
import type { DeliveryRow } from "./rows.ts";
import type { Transactions } from "./transactions.ts";

const columns =
  "m.id AS message, d.recipient, d.state, d.why, d.held_by, d.attempts, d.next_try_at, d.at" +
  " FROM deliveries d CROSS JOIN messages m ON m.arrived = d.message";

export function sqliteDeliveries(transactions: Transactions, late: LateIndex, file: string): DeliveryStore {
  return {
    put(delivery) {
      const arrived = present(late.arrivedOf(delivery.message), `message ${delivery.message}`);
      transactions.write(
        "REPLACE INTO deliveries VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        arrived,
        ...deliveryValues(delivery),
      );
    },
    of: (messages) =>
      messages.flatMap((id) => {
        const arrived = late.arrivedOf(id);
        if (arrived === undefined) return [];
        const sql = `SELECT ${columns} WHERE d.message = ? ORDER BY d.recipient`;
        return transactions.all<DeliveryRow>(sql, arrived).map((row) => toDelivery(row, file));
      }),
    open() {
      const sql = `SELECT ${columns} WHERE d.state IN ('queued', 'sending') ORDER BY d.message, d.recipient`;
      return transactions.all<DeliveryRow>(sql).map((row) => toDelivery(row, file));
    },
  };
}
