using System.Diagnostics;
using NUnit.Framework;

namespace GraphTune.Tests;

/// <summary>Samples run as a user runs them.</summary>
public sealed class SampleTests
{
    [Test]
    public void A_strategy_of_ones_own_needs_one_type()
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", ["run", "-c", "Release", "gnn/samples/OwnStrategy.cs"])
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var errors = process.StandardError.ReadToEndAsync();
        var said = process.StandardOutput.ReadToEnd();
        process.WaitForExit();

        Assert.That(process.ExitCode, Is.Zero, said + errors.Result);
        Assert.That(said, Does.Contain("encoder.0: frozen").And.Contain("encoder.1: moved").And.Contain("encoder.2: frozen").And.Contain("head: moved"));
    }
}
