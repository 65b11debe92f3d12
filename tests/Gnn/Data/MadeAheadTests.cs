using GraphTune.Gnn.Data;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class MadeAheadTests
{
    [Test]
    public void What_is_finished_and_disposed_of_is_so_on_the_callers_thread_even_what_nobody_asked_for([Values(1, 3)] int ahead)
    {
        List<int> threads = [];
        using var blocked = new SemaphoreSlim(0);
        var made = 0;
        var row = new MadeAhead<Thing>(number =>
        {
            if (number > ahead) blocked.Release();   // this one finds no place, and is still in the maker's hand when the end comes
            return () =>
            {
                threads.Add(Environment.CurrentManagedThreadId);
                made++;
                return new Thing(threads, () => made--);
            };
        }, ahead);
        row.Next();
        blocked.Wait();
        blocked.Wait(100);

        row.Dispose();

        Assert.That(made, Is.Zero);
        Assert.That(threads, Is.All.EqualTo(Environment.CurrentManagedThreadId));
        Assert.That(threads, Has.Count.GreaterThanOrEqualTo(2 * (ahead + 1)));
    }

    [Test]
    public void What_goes_wrong_in_the_making_is_thrown_to_who_asks()
    {
        using var row = new MadeAhead<Thing>(number => number == 1 ? throw new InvalidDataException("the second") : () => new Thing([], () => { }), ahead: 2);
        row.Next();

        Assert.That(row.Next, Throws.TypeOf<InvalidDataException>().With.Message.EqualTo("the second"));
    }

    private sealed class Thing(List<int> threads, Action gone) : IDisposable
    {
        public void Dispose()
        {
            threads.Add(Environment.CurrentManagedThreadId);
            gone();
        }
    }
}
