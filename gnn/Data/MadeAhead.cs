using System.Threading.Channels;
using GraphTune.Engine;

namespace GraphTune.Gnn.Data;

/// <summary>An endless row of things, the next ones made on another thread while the current one is used.</summary>
/// <typeparam name="T">Valid until the next one is asked for.</typeparam>
internal sealed class MadeAhead<T> : IDisposable where T : class, IDisposable
{
    private readonly Channel<Func<T>> ready;
    private readonly CancellationTokenSource stop = new();
    private readonly Func<long, Func<T>> make;
    private readonly Task maker;
    private Func<T>? left;   // in the maker's hand at the end
    private T? current;

    /// <summary>Starts making.</summary>
    /// <param name="make">Makes number 0, 1, 2, … on the other thread, all but what must happen on the user's: that is the function it gives.</param>
    /// <param name="ahead">How many are kept ready.</param>
    public MadeAhead(Func<long, Func<T>> make, int ahead)
    {
        this.make = make;
        ready = Channel.CreateBounded<Func<T>>(new BoundedChannelOptions(ahead) { SingleReader = true, SingleWriter = true });
        maker = Task.Run(MakeAll);
    }

    /// <summary>What is all made ahead where device memory is the host's; else it waits, since a device is asked on the user's thread only.</summary>
    public static Func<T> On(Device device, Func<T> make)
    {
        if (device.Host != device) return make;
        var made = make();
        return () => made;
    }

    /// <summary>The next one. The one before is disposed of. What went wrong in making it is thrown here.</summary>
    public T Next()
    {
        current?.Dispose();
        current = null;
        while (ready.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
            if (ready.Reader.TryRead(out var made)) return current = made();
        throw new ObjectDisposedException(typeof(T).Name);
    }

    private async Task MakeAll()
    {
        try
        {
            for (var number = 0L; !stop.IsCancellationRequested; number++)
            {
                var made = make(number);
                try
                {
                    await ready.Writer.WriteAsync(made, stop.Token).ConfigureAwait(false);
                }
                catch (OperationCanceledException)
                {
                    left = made;
                    break;
                }
            }
            ready.Writer.Complete();
        }
        catch (Exception e)
        {
            ready.Writer.Complete(e);
        }
    }

    /// <summary>Ends the other thread; disposes of what is ready and of the current one.</summary>
    public void Dispose()
    {
        stop.Cancel();
        maker.GetAwaiter().GetResult();
        while (ready.Reader.TryRead(out var made)) made().Dispose();
        left?.Invoke().Dispose();
        left = null;
        current?.Dispose();
        current = null;
        stop.Dispose();
    }
}
