using System.Runtime.InteropServices;
using GraphTune.Cli;

using var stop = new CancellationTokenSource();
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

return Tool.Run(args, Terminal.OfProcess(), stop.Token);

// The first signal asks for a clean end, the second one does not wait for it.
void Stop(PosixSignalContext signal)
{
    signal.Cancel = !stop.IsCancellationRequested;
    stop.Cancel();
}
