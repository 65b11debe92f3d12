using NUnit.Framework;

namespace GraphTune.Tests;

/// <summary>What the root README shows is what the sample does.</summary>
public sealed class ReadmeTests
{
    [Test]
    public void The_example_is_the_body_of_the_sample()
    {
        var readme = Repository.Read("README.md");
        var sample = Repository.Read("gnn/samples/Recipe.cs");

        var example = readme.Split("```csharp\n")[1].Split("```")[0];

        Assert.That(sample, Does.EndWith(example));
    }

    [Test]
    public void Every_file_that_it_links_to_is_there()
    {
        var links = Repository.Read("README.md").Split("](").Skip(1).Select(part => part.Split(')')[0]).Where(link => !link.StartsWith("http", StringComparison.Ordinal));

        Assert.That(links.Where(link => !File.Exists(Path.Combine(Repository.Root, link))), Is.Empty);
    }
}
