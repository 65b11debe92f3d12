using System.Text;
using GraphTune.Engine;
using GraphTune.Gnn.Reporting.Html;

namespace GraphTune.Gnn.Reporting;

/// <summary>The report as files.</summary>
public sealed partial record ReportResult
{
    /// <summary>The file names that <see cref="Write"/> writes.</summary>
    public static IReadOnlyList<string> FileNames { get; } = ["report.html", "report.json", "model-card.md"];

    /// <summary>One HTML page that needs nothing else: style and drawings are inside, and there is no script.</summary>
    public string ToHtml() => ReportPage.Of(this);

    /// <summary>A model card in Markdown: data, encoder, method, decisions, scores with intervals, limits, cost, how to repeat.</summary>
    public string ToModelCard() => ModelCard.Of(this);

    /// <summary>Writes the page, the JSON and the model card, each whole or not at all.</summary>
    /// <param name="folder">Where to; made where it is not there.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public void Write(string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var (name, text) in FileNames.Zip([ToHtml(), ToJson(indented: true) + "\n", ToModelCard()]))
            AtomicFile.Write(Path.Combine(folder, name), Encoding.UTF8.GetBytes(text));
    }
}
