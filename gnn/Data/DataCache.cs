using System.Security.Cryptography;
using GraphTune.Engine;

namespace GraphTune.Gnn.Data;

/// <summary>The folder where downloaded data sets are kept: <c>GRAPHTUNE_DATA</c>, else <c>graphtune</c> in the platform's cache folder.</summary>
/// <remarks>A file is fetched when it is first wanted, compared with its published checksum, and renamed into place whole. A file that is there is never overwritten.</remarks>
/// <param name="folder">Another folder; the usual one where null.</param>
/// <param name="http">Another way to the network, for tests; the system's where null.</param>
public sealed class DataCache(string? folder = null, HttpMessageHandler? http = null)
{
    private const long LargestFile = 256 << 20;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    /// <summary>The variable that names the folder.</summary>
    public const string Variable = "GRAPHTUNE_DATA";

    /// <summary>The folder.</summary>
    public string Folder { get; } = folder ?? DefaultFolder();

    /// <summary>The folder of a Planetoid set's eight files; those that are missing are downloaded.</summary>
    /// <param name="name">The set's name in lower case, such as <c>cora</c>.</param>
    /// <exception cref="IOException">A file is missing and cannot be downloaded, as where there is no network.</exception>
    /// <exception cref="InvalidDataException">A file is not the one that was published.</exception>
    public string Planetoid(string name)
    {
        var place = Path.Combine(Folder, "planetoid");
        foreach (var file in PlanetoidReader.FileNames(name))
        {
            var path = Path.Combine(place, file);
            var sum = PlanetoidFiles.Sha256.GetValueOrDefault(file);
            if (!File.Exists(path))
            {
                if (sum is null) throw new FileNotFoundException($"{name}: '{file}' is not in '{place}', and without a known checksum it is not downloaded; get ind.{name}.* from {PlanetoidFiles.Source} and put them there.", path);
                var bytes = Download(name, file, place);
                if (Sum(bytes) != sum) throw new InvalidDataException($"{PlanetoidFiles.Source}{file}: SHA-256 is {Sum(bytes)}, expected {sum}; the file was not kept.");
                Directory.CreateDirectory(place);
                AtomicFile.Write(path, bytes);
            }
            else if (sum is not null && Sum(File.ReadAllBytes(path)) is var found && found != sum)
                throw new InvalidDataException($"{path}: SHA-256 is {found}, expected {sum}; delete the file to download it again.");
        }
        return place;
    }

    private byte[] Download(string name, string file, string place)
    {
        var url = PlanetoidFiles.Source + file;
        try
        {
            using var client = new HttpClient(http ?? new SocketsHttpHandler(), disposeHandler: http is null) { Timeout = Patience, MaxResponseContentBufferSize = LargestFile };
            using var answer = client.Send(new HttpRequestMessage(HttpMethod.Get, url));
            answer.EnsureSuccessStatusCode();
            using var body = new MemoryStream();
            answer.Content.ReadAsStream().CopyTo(body);
            return body.ToArray();
        }
        catch (Exception error) when (error is HttpRequestException or OperationCanceledException or IOException)
        {
            var why = error.Message.ReplaceLineEndings(" ").TrimEnd('.');
            throw new IOException($"{name}: cannot download {url} ({why}); connect to the network, or put ind.{name}.* into '{place}', or give the folder that holds them.", error);
        }
    }

    private static string Sum(byte[] bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    private static string DefaultFolder()
    {
        string? Named(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } value ? value : null;
        if (Named(Variable) is { } chosen) return chosen;
        var home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        var cache = OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : OperatingSystem.IsMacOS() ? Path.Combine(home, "Library", "Caches")
            : Named("XDG_CACHE_HOME") ?? Path.Combine(home, ".cache");
        return Path.Combine(cache, "graphtune");
    }
}
