using System.Net;
using GraphTune.Gnn.Data;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class DataCacheTests
{
    /// <summary>A network that serves what the function says and remembers what was asked.</summary>
    private sealed class FakeNetwork(Func<string, byte[]?> serve) : HttpMessageHandler
    {
        public List<string> Asked { get; } = [];

        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked.Add(request.RequestUri!.ToString());
            return serve(request.RequestUri.Segments[^1]) is { } bytes
                ? new(HttpStatusCode.OK) { Content = new ByteArrayContent(bytes) }
                : new(HttpStatusCode.NotFound);
        }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(Send(request, cancellationToken));
    }

    private sealed class NoNetwork : HttpMessageHandler
    {
        protected override HttpResponseMessage Send(HttpRequestMessage request, CancellationToken cancellationToken) =>
            throw new HttpRequestException("Name or service not known (raw.githubusercontent.com:443)");

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(Send(request, cancellationToken));
    }

    [Test]
    public void The_published_files_are_fetched_once_and_read()
    {
        using var folder = new TempFolder();
        var published = SharedData.At("data", "node", "planetoid");
        using var network = new FakeNetwork(file => File.ReadAllBytes(Path.Combine(published, file)));
        var cache = new DataCache(folder.Path, network);

        var first = Datasets.Open(name: "citeseer", cache: cache);
        var asked = network.Asked.ToArray();
        Datasets.Open(name: "citeseer", cache: cache);

        Assert.That(first.Nodes, Is.EqualTo(3327));
        Assert.That(asked, Has.Length.EqualTo(8).And.All.StartsWith("https://raw.githubusercontent.com/kimiyoung/planetoid/master/data/ind.citeseer."));
        Assert.That(network.Asked, Has.Count.EqualTo(8));
        Assert.That(Directory.GetFiles(folder.At("planetoid")), Has.Length.EqualTo(8));
    }

    [Test]
    public void The_sums_are_those_of_the_published_files()
    {
        var published = SharedData.At("data", "node", "planetoid");

        Assert.That(PlanetoidFiles.Sha256.Keys, Is.EquivalentTo(Directory.GetFiles(published).Select(Path.GetFileName)));
    }

    [Test]
    public void A_file_with_another_checksum_is_not_kept()
    {
        using var folder = new TempFolder();
        using var network = new FakeNetwork(_ => "<html>"u8.ToArray());

        var error = Assert.Throws<InvalidDataException>(() => new DataCache(folder.Path, network).Planetoid("cora"))!;

        Assert.That(error.Message, Does.Contain("ind.cora.x: SHA-256 is ").And.Contain("the file was not kept").And.Not.Contain('\n'));
        Assert.That(Directory.GetFileSystemEntries(folder.Path), Is.Empty);
    }

    [Test]
    public void A_file_that_is_there_is_never_overwritten()
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder.At("planetoid"));
        File.WriteAllText(folder.At("planetoid/ind.cora.x"), "mine");
        using var network = new FakeNetwork(_ => null);

        var error = Assert.Throws<InvalidDataException>(() => new DataCache(folder.Path, network).Planetoid("cora"))!;

        Assert.That(error.Message, Does.Contain("delete the file to download it again"));
        Assert.That(File.ReadAllText(folder.At("planetoid/ind.cora.x")), Is.EqualTo("mine"));
        Assert.That(network.Asked, Is.Empty);
    }

    [Test]
    public void Without_a_network_the_message_says_what_to_do()
    {
        using var folder = new TempFolder();
        using var network = new NoNetwork();

        var error = Assert.Throws<IOException>(() => new DataCache(folder.Path, network).Planetoid("cora"))!;

        Assert.That(error.Message, Does.StartWith("cora: cannot download https://raw.githubusercontent.com/kimiyoung/planetoid/master/data/ind.cora.x (Name or service not known")
            .And.Contain($"put ind.cora.* into '{folder.At("planetoid")}'").And.Not.Contain('\n'));
    }

    [Test]
    public void A_page_that_is_gone_is_one_clear_line()
    {
        using var folder = new TempFolder();
        using var network = new FakeNetwork(_ => null);

        Assert.That(() => new DataCache(folder.Path, network).Planetoid("cora"), Throws.TypeOf<IOException>().With.Message.Contains("404"));
    }

    [Test]
    public void A_set_without_known_sums_is_not_downloaded()
    {
        using var folder = new TempFolder();
        using var network = new FakeNetwork(_ => []);

        var error = Assert.Throws<FileNotFoundException>(() => new DataCache(folder.Path, network).Planetoid("pubmed"))!;

        Assert.That(error.Message, Does.Contain("without a known checksum it is not downloaded"));
        Assert.That(network.Asked, Is.Empty);
    }

    [Test]
    [NonParallelizable]
    public void The_variable_decides_where_the_cache_is()
    {
        var before = Environment.GetEnvironmentVariable(DataCache.Variable);
        try
        {
            Environment.SetEnvironmentVariable(DataCache.Variable, "/somewhere/else");
            var chosen = new DataCache().Folder;
            Environment.SetEnvironmentVariable(DataCache.Variable, null);
            var usual = new DataCache().Folder;

            Assert.That(chosen, Is.EqualTo("/somewhere/else"));
            Assert.That(Path.GetFileName(usual), Is.EqualTo("graphtune"));
        }
        finally
        {
            Environment.SetEnvironmentVariable(DataCache.Variable, before);
        }
    }
}
