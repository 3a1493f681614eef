/** Simulators in a process of their own, whose clock goes right whatever a test does to its own. */
import { type SimulatorOptions, startSimulator } from '../../../simulator';

process.on('message', (options: SimulatorOptions) => {
	void startSimulator(options).then(({ origin }) => process.send!(origin));
});
process.on('disconnect', () => process.exit());
