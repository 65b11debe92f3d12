using System.Text.RegularExpressions;
using System.Xml.Linq;
using GraphTune.Cli.Rendering.Html;
using NUnit.Framework;

namespace GraphTune.Tests;

public sealed class HtmlReportTests
{
    [Test]
    public void Needs_nothing_but_itself()
    {
        var page = HtmlReport.Of(Findings.Made());

        Assert.That(Regex.Matches(page, @"https?:|//|\bsrc=|\bhref=|@import|url\(|<script|<link").Select(m => m.Value), Is.Empty);
    }

    [Test]
    public void Is_well_formed_in_light_and_dark()
    {
        var page = HtmlReport.Of(Findings.Made());

        Assert.That(() => XDocument.Parse(page), Throws.Nothing);
        Assert.That(page, Does.Contain("prefers-color-scheme: dark").And.Contains("color-scheme: light dark"));
    }

    [Test]
    public void Shows_each_method_with_its_interval_and_verdict()
    {
        var page = XDocument.Parse(HtmlReport.Of(Findings.Made()));

        var rows = page.Descendants("table").First().Descendants("tbody").Single().Elements("tr").Select(row => row.Elements("td").Select(cell => cell.Value).ToArray()).ToArray();
        Assert.That(rows.Select(r => r[^1]), Is.EqualTo(new[] { "", "worse", "no detectable difference", "better" }));
        Assert.That(rows[3][2], Is.EqualTo("80.8 to 83.2 %"));
        Assert.That(rows[3][4], Is.EqualTo("+2.0 to +6.0"));
    }

    [Test]
    public void Draws_curves_of_every_seed_and_their_mean()
    {
        var page = XDocument.Parse(HtmlReport.Of(Findings.Made(seeds: 3)));

        var lines = page.Descendants("polyline").Select(line => (string)line.Attribute("class")!).ToArray();
        Assert.That(lines.Count(style => style.StartsWith("thin", StringComparison.Ordinal)), Is.EqualTo(2 * 4 * 3), "validation and loss, four methods, three seeds");
        Assert.That(lines.Count(style => style.StartsWith("strong", StringComparison.Ordinal)), Is.EqualTo(2 * 4 + 1), "and one for pre-training");
        Assert.That(page.Descendants("svg").Select(svg => (string?)svg.Attribute("aria-label")), Has.None.Null);
    }

    [Test]
    public void Says_that_one_seed_shows_no_interval()
    {
        var page = HtmlReport.Of(Findings.Made(seeds: 1));

        Assert.That(page, Does.Contain("one seed, no interval").And.Contains("may be chance").And.Not.Contains("NaN"));
    }

    [Test]
    public void A_name_with_markup_stays_text()
    {
        var page = HtmlReport.Of(Findings.Made(data: "<b>&\"x\""));

        Assert.That(XDocument.Parse(page).Descendants("h1").Single().Value, Does.StartWith("<b>&\"x\""));
    }
}
