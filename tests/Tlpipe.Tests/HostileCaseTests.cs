// Experiments in which a server, an archive, a model or a label holds what is no text: each is a case in tests/Goldens/cases/robustness.
using System.Formats.Tar;
using System.Text.Json.Nodes;

namespace Tlpipe.Tests;

[Trait(Tier.Name, Tier.All)]
public sealed class HostileCaseTests
{
    private const string Title = "\u001b]0;PWNED\u0007";

    [Fact]
    public void A_token_that_a_server_repeats_is_in_nothing_that_a_run_prints_or_writes()
    {
        using var folder = Case("secret-echo");
        using var server = new PhrasingServer("HTTP/1.1 418 bad token {}");
        File.WriteAllText(folder["case.yaml"], File.ReadAllText(folder["case.yaml"]).Replace("http://example.org", server.Url, StringComparison.Ordinal));

        var ended = TlpipeProcess.Run(folder.Path, new Dictionary<string, string> { ["TOKEN"] = "Bearer s3cr3t-T0KEN" }, "run", "case.yaml", "-v", "plain");

        Assert.Equal(0, ended.ExitCode);
        Assert.Contains("answered 418", ended.Output + ended.Errors);
        Assert.DoesNotContain("s3cr3t", ended.Output + ended.Errors);
        Assert.All(Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories), path => Assert.DoesNotContain("s3cr3t", File.ReadAllText(path)));
    }

    [Fact]
    public void A_users_password_in_the_address_of_a_shared_store_is_in_nothing_that_a_run_prints_or_writes()
    {
        using var folder = Case("terminal-escapes");
        using var server = new PhrasingServer("HTTP/1.1 403 {}");

        var ended = TlpipeProcess.Run(folder.Path, "run", "case.yaml", "-v", "plain", "--remote", server.Url.Replace("://", "://morgiana:0pen-sesame@", StringComparison.Ordinal));

        Assert.Contains("answered 403 Forbidden", ended.Output + ended.Errors);
        var credentials = Convert.ToBase64String("morgiana:0pen-sesame"u8);
        foreach (var text in Directory.EnumerateFiles(folder.Path, "*", SearchOption.AllDirectories).Select(File.ReadAllText).Append(ended.Output + ended.Errors))
            foreach (var secret in (string[])["morgiana", "0pen-sesame", credentials])
                Assert.DoesNotContain(secret, text);
    }

    [Fact]
    public void A_host_in_an_imported_record_is_only_text_where_it_is_shown()
    {
        using var folder = Case("terminal-escapes");
        Assert.Equal(0, TlpipeProcess.Run(folder.Path, "run", "case.yaml").ExitCode);
        Assert.Equal(0, TlpipeProcess.Run(folder.Path, "cache", "export", "case/f", "-o", "good.tar").ExitCode);
        WithHost(folder["good.tar"], folder["bad.tar"], Title);

        var imported = TlpipeProcess.Run(folder.Path, "cache", "import", "bad.tar", "--store", "other");
        var shown = TlpipeProcess.Run(folder.Path, "show", "case.yaml", "f", "--store", "other");

        Assert.DoesNotContain('\u001b', imported.Output + imported.Errors + shown.Output + shown.Errors);
        Assert.True(imported.ExitCode != 0 || shown.Output.Contains("?]0;PWNED?", StringComparison.Ordinal));
    }

    [Fact]
    public void Labels_with_signs_of_Markdown_CSV_or_LaTeX_are_text_in_all_three()
    {
        using var folder = Case("tables-escaping");

        var ended = TlpipeProcess.Run(folder.Path, "run", "case.yaml");
        var reported = TlpipeProcess.Run(folder.Path, "report", "case.yaml", "-o", "r.html", "--files", "rf");

        Assert.Equal((0, 0), (ended.ExitCode, reported.ExitCode));
        // GitHub Flavored Markdown 4.10 and CommonMark 2.4; OWASP, CSV injection; the LaTeX Companion: an optional argument behind \\.
        Assert.Equal(["=1+1", @"\[CLS] pooling \<img src=x>", @"mean \| max"], Names(folder["rf/results.md"], 2, " | ").Select(name => name[2..]));
        Assert.Equal(["'=1+1", "[CLS] pooling <img src=x>", "mean | max"], Names(folder["rf/results.csv"], 1, ","));
        Assert.Equal(["=1+1", @"{[}CLS] pooling \textless{}img src=x\textgreater{}", @"mean \textbar{} max"], Names(folder["rf/results.tex"], 5, " & "));
        Assert.DoesNotContain("<img src=x", File.ReadAllText(folder["r.html"]));
    }

    [Fact]
    public void Names_of_classes_of_anothers_model_are_one_line_of_text_in_the_card_of_ours()
    {
        using var folder = Case("model-card-injection");
        Directory.CreateDirectory(folder["evil"]);
        foreach (var file in Directory.EnumerateFiles(TestFiles.Golden("model", "tiny-classifier")))
            File.Copy(file, folder[$"evil/{Path.GetFileName(file)}"]);
        var config = JsonNode.Parse(File.ReadAllText(folder["evil/config.json"]))!;
        var name = $"ok\n\n## Licence\n\nevil <script>alert(1)</script> {Title}";
        config["id2label"] = new JsonObject { ["0"] = name, ["1"] = "b" };
        config["label2id"] = new JsonObject { [name] = 0, ["b"] = 1 };
        File.WriteAllText(folder["evil/config.json"], config.ToJsonString());

        var ended = TlpipeProcess.Run(folder.Path, "run", "case.yaml", "-v", "plain");

        Assert.Equal(0, ended.ExitCode);
        var card = File.ReadAllLines(folder["outputs/case/clf/model/README.md"]);
        Assert.DoesNotContain("## Licence", card);
        Assert.DoesNotContain(card, line => line.Contains('\u001b') || line.Contains(" <script>", StringComparison.Ordinal));
        Assert.Contains(card, line => line.Contains(@"evil \<script>alert(1)\</script>", StringComparison.Ordinal));
    }

    private static IEnumerable<string> Names(string path, int head, string separator) =>
        File.ReadAllLines(path).Skip(head).Take(3).Select(line => line[..line.IndexOf(separator, 2, StringComparison.Ordinal)]);

    private static TemporaryFolder Case(string name)
    {
        var folder = new TemporaryFolder();
        foreach (var file in Directory.EnumerateFiles(TestFiles.Golden("cases", "robustness", name)))
            File.Copy(file, folder[Path.GetFileName(file)]);
        return folder;
    }

    /// <summary>The archive with another host in its records, which have no checksum any more.</summary>
    private static void WithHost(string from, string to, string host)
    {
        using var reader = new TarReader(File.OpenRead(from));
        using var writer = new TarWriter(File.Create(to), TarEntryFormat.Pax);
        while (reader.GetNextEntry(copyData: true) is { } entry)
        {
            var bytes = new MemoryStream();
            entry.DataStream!.CopyTo(bytes);
            if (entry.Name.StartsWith("results", StringComparison.Ordinal))
            {
                var record = JsonNode.Parse(bytes.ToArray())!.AsObject();
                record.Remove("checksum");
                record["provenance"]!["host"] = host;
                bytes = new MemoryStream(System.Text.Encoding.UTF8.GetBytes(record.ToJsonString()));
            }
            bytes.Position = 0;
            writer.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, entry.Name) { DataStream = bytes });
        }
    }
}
