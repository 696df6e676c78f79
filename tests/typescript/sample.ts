// A till written against the types that openapi-typescript makes of the schema, as they come. `make client-ts` checks it
// with tsc and runs it against a shop that sells the barcode 4006381333931.
import createClient from "openapi-fetch";
import type { components, paths } from "./shop.d.ts";

type Bill = components["schemas"]["Bill"];
type Problem = components["schemas"]["Problem"];

const { SHOP, USERNAME, PASSWORD } = process.env;

function got<T>(answer: { data?: T; error?: unknown; response: Response }, status: number): T {
    if (answer.response.status !== status || answer.data === undefined) {
        throw new Error(`${answer.response.status} ${JSON.stringify(answer.error)}`);
    }
    return answer.data;
}

async function day(baseUrl: string, username: string, password: string): Promise<void> {
    const door = createClient<paths>({ baseUrl });
    const signedIn = got(await door.POST("/api/v1/auth/token", { body: { username, password } }), 200);
    const shop = createClient<paths>({ baseUrl, headers: { Authorization: `Bearer ${signedIn.access}` } });

    const sale = {
        params: { header: { "Idempotency-Key": crypto.randomUUID() } },
        body: {
            lines: [{ barcode: "4006381333931", quantity: "2" }],
            payments: [{ method: "cash", amount: "1000.00" }],
        },
    };
    const bill: Bill = got(await shop.POST("/api/v1/bills", sale), 201);
    const replayed = await shop.POST("/api/v1/bills", sale);
    const same: Bill = got(replayed, 200);
    if (same.number !== bill.number || replayed.response.headers.get("Idempotent-Replayed") !== "true") {
        throw new Error("Sold twice.");
    }

    const other = { ...sale, body: { ...sale.body, payments: [] } };
    const refused: Problem | undefined = (await shop.POST("/api/v1/bills", other)).error;
    if (refused?.code !== "key_reused") {
        throw new Error(`Not refused: ${refused?.code}`);
    }

    const refund = got(
        await shop.POST("/api/v1/bills/{number}/refunds", {
            params: { path: { number: bill.number }, header: { "Idempotency-Key": crypto.randomUUID() } },
            body: {
                lines: [{ line: bill.lines[0]!.line, quantity: "1" }],
                payments: [{ method: "cash", amount: bill.lines[0]!.unit_price }],
                reason: "the box was dented",
            },
        }),
        201,
    );
    const query = { from: bill.business_date, to: bill.business_date };
    const revenue = got(await shop.GET("/api/v1/reports/revenue", { params: { query } }), 200);
    console.log(bill.number, bill.total, refund.number, refund.lines[0]!.refund_of?.number, revenue.revenue);
}

await day(SHOP ?? "", USERNAME ?? "", PASSWORD ?? "");
