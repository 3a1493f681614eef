import fc from 'fast-check';
import { PhoneNumberFormat, PhoneNumberUtil, type PhoneNumber } from 'google-libphonenumber';
import {
	countries,
	toE164,
	type PhoneNumberResult,
} from '../../../../nodes/KrosAi/dialing/phoneNumber';

/**
 * toE164 against Google's own libphonenumber, over generated numbers of every country. What a
 * phone list holds is written down by Google's formatter, so neither side is judged by itself.
 *
 * Another seed: PHONE_NUMBER_SEED=7 npx jest --selectProjects unit phoneNumber
 */
const DEFAULT_SEED = 20260101;
const SEED = Number(process.env.PHONE_NUMBER_SEED ?? DEFAULT_SEED);
const NUMBERS_PER_PLAN = 100;

/** What @types/google-libphonenumber leaves out. */
interface NonGeographic {
	getSupportedGlobalNetworkCallingCodes(): number[];
	getExampleNumberForNonGeoEntity(callingCode: number): PhoneNumber | null;
}

const google = PhoneNumberUtil.getInstance();
const nonGeographic = google as unknown as NonGeographic;
const regions = google.getSupportedRegions() as string[];

/** mulberry32 */
function generator(seed: number) {
	let state = seed >>> 0;
	const next = () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let t = state;
		t = Math.imul(t ^ (t >>> 15), t | 1);
		t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
		return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
	};
	const below = (limit: number) => Math.floor(next() * limit);
	return {
		below,
		pick: <T>(list: readonly T[]): T => list[below(list.length)] as T,
		digits: (length: number) => Array.from({ length }, () => below(10)).join(''),
	};
}
type Random = ReturnType<typeof generator>;

interface Plan {
	/** undefined for +800 and the like */
	region?: string;
	callingCode: number;
	/** national significant numbers, one per number type */
	examples: string[];
}

function plans(): Plan[] {
	const geographic = regions.map((region) => {
		const examples = new Set<string>();
		for (let type = 0; type <= 10; type++) {
			const example = google.getExampleNumberForType(region, type) as PhoneNumber | null;
			if (example) examples.add(google.getNationalSignificantNumber(example));
		}
		return {
			region,
			callingCode: google.getCountryCodeForRegion(region),
			examples: [...examples].filter((digits) => digits !== ''),
		};
	});
	const networks = nonGeographic.getSupportedGlobalNetworkCallingCodes().map((callingCode) => {
		const example = nonGeographic.getExampleNumberForNonGeoEntity(callingCode);
		return { callingCode, examples: example ? [google.getNationalSignificantNumber(example)] : [] };
	});
	return [...geographic, ...networks];
}

/** A national significant number of the plan: mostly near its examples, so that about half exist. */
function nationalNumber({ examples }: Plan, random: Random): string {
	const example = random.pick(examples);
	switch (random.below(6)) {
		case 0:
			return random.digits(example.length);
		case 1:
			return random.digits(4 + random.below(10));
		default: {
			const kept = 1 + random.below(example.length);
			return example.slice(0, kept) + random.digits(example.length - kept);
		}
	}
}

/** One cell of a phone list. */
interface Cell {
	/** what toE164 gets */
	value: string | number;
	/** the same for Google's parser, which doesn't know every dash and mark */
	plain: string;
	defaultCountry?: string;
	writing: string;
}

const DECORATIONS: Array<(text: string) => string> = [
	(text) => text,
	(text) => `  ${text}\t`,
	(text) => `'${text}`,
	(text) => `\u202a${text}\u202c`,
	(text) => text.replace(/ /g, '\u00a0'),
	(text) => text.replace(/[ -]/g, '.'),
	(text) => text.replace(/ /g, '-'),
	(text) => text.replace(/[ -]/g, ' \u2013 '),
	(text) => text.replace('+', '\uff0b'),
	(text) => text.replace(/\d/g, (digit) => String.fromCharCode(0x0660 + Number(digit))),
	(text) => text.replace(/\d/g, (digit) => String.fromCharCode(0xff10 + Number(digit))),
	(text) => text.replace(/^\+(\d{1,3}) (\d+) (?=\d)/, '+$1 ($2) '),
	(text) => text.replace(/^\+(\d{1,3}) /, '(+$1) '),
];

/** The same number as people write it; numbers that don't exist are written the same ways. */
function cellsOf(plan: Plan, national: string, random: Random): Cell[] {
	const { region, callingCode } = plan;
	const international = `+${callingCode}${national}`;
	let number: PhoneNumber;
	try {
		number = google.parse(international, 'ZZ');
	} catch {
		return [{ value: international, plain: international, writing: 'E.164' }];
	}
	const caller = random.pick(regions);
	const spaced = google.format(number, PhoneNumberFormat.INTERNATIONAL);
	const decorated = (plain: string, writing: string, defaultCountry?: string): Cell => ({
		value: random.pick(DECORATIONS)(plain),
		plain,
		defaultCountry,
		writing,
	});

	const cells = [
		{ value: international, plain: international, writing: 'E.164' },
		decorated(spaced, 'international', random.pick([undefined, region, caller])),
		decorated(
			google.formatOutOfCountryCallingNumber(number, caller),
			"with the caller's international prefix",
			caller,
		),
		decorated(`00 ${spaced.slice(1)}`, 'with 00', random.pick([caller, region])),
		decorated(spaced.replace(' ', ' (0)'), 'international with (0)'),
	];
	if (region) {
		cells.push(
			decorated(google.format(number, PhoneNumberFormat.NATIONAL), 'national', region),
			decorated(national, 'national digits', region),
			decorated(spaced.slice(1), 'international without plus', region),
		);
		for (const digits of [national, `${callingCode}${national}`]) {
			if (Number.isSafeInteger(Number(digits))) {
				const value = Number(digits);
				cells.push({ value, plain: String(value), defaultCountry: region, writing: 'number' });
			}
		}
	}
	return cells;
}

function askGoogle(text: string, defaultCountry?: string): string | undefined {
	try {
		const number = google.parse(text, defaultCountry ?? 'ZZ');
		if (!google.isValidNumber(number)) return undefined;
		return google.format(number, PhoneNumberFormat.E164);
	} catch {
		return undefined;
	}
}

interface Difference extends Cell {
	/** E.164, or undefined where Google's library finds no valid number */
	google: string | undefined;
	ours: PhoneNumberResult;
}

const refusedAs = (reason: string, { ours }: Difference) => !ours.ok && ours.reason === reason;

/**
 * Every way in which the two may differ, and why. A difference that fits no row fails the test;
 * so does a row that no number of the default seed needs.
 */
const EXPLAINED: Array<{ name: string; why: string; fits: (difference: Difference) => boolean }> =
	[];

function describeDifference(difference: Difference): string {
	const { value, defaultCountry, writing, ours } = difference;
	const result = ours.ok ? ours.e164 : `${ours.reason}: ${ours.message}`;
	return `${JSON.stringify(value)} (${writing}, default country ${defaultCountry ?? 'none'}): Google ${difference.google ?? 'invalid'}, ours ${result}`;
}

describe(`phone numbers of all countries, seed ${SEED}`, () => {
	it('are what Google reads, or differ for a listed reason', () => {
		const random = generator(SEED);
		const unexplained: string[] = [];
		const found = new Map(EXPLAINED.map(({ name }) => [name, 0]));
		let numbers = 0;
		let cells = 0;
		let accepted = 0;

		for (const plan of plans()) {
			for (let i = 0; i < NUMBERS_PER_PLAN; i++) {
				numbers++;
				for (const cell of cellsOf(plan, nationalNumber(plan, random), random)) {
					cells++;
					const { value, defaultCountry, plain } = cell;
					const ours = toE164(value, { field: 'To Number', defaultCountry });
					const expected = askGoogle(plain, defaultCountry);
					if (ours.ok) {
						accepted++;
						expect(ours.e164).toMatch(/^\+[1-9]\d{6,14}$/);
						expect(toE164(ours.e164, { field: 'To Number' })).toEqual(ours);
					}
					if ((ours.ok ? ours.e164 : undefined) === expected) continue;
					const difference = { ...cell, google: expected, ours };
					const row = EXPLAINED.find(({ fits }) => fits(difference));
					if (row) found.set(row.name, (found.get(row.name) ?? 0) + 1);
					else unexplained.push(describeDifference(difference));
				}
			}
		}

		if (process.env.PHONE_NUMBER_REPORT) {
			process.stdout.write(
				`${JSON.stringify({ seed: SEED, numbers, cells, accepted, differences: [...found] }, null, 1)}\n`,
			);
		}
		expect({ seed: SEED, unexplained: unexplained.slice(0, Number(process.env.N ?? 20)), count: unexplained.length }).toEqual({ seed: SEED, unexplained: [], count: 0 });
		expect(numbers).toBeGreaterThanOrEqual(20_000);
		expect(accepted).toBeGreaterThan(cells / 4);
	}, 60_000);
});
void fc; void countries; void refusedAs;
