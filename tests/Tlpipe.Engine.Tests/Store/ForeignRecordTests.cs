// Records that no stage of this program could have written, damage to many files, and what a run makes of them.
using System.Text.Json.Nodes;
using Tlpipe.Engine.Tests.Contract;

namespace Tlpipe.Engine.Tests.Store;

public sealed class ForeignRecordTests : IDisposable
{
    private readonly Project project = Project.Completed();

    public void Dispose() => project.Dispose();

    [Theory]
    [InlineData("no outputs")]
    [InlineData("another output")]
    [InlineData("no files")]
    [InlineData("a file twice")]
    [InlineData("a name of 300 letters")]
    [InlineData("a file that is another's folder")]
    [InlineData("a path of 6,000 letters")]
    [InlineData("sizes beyond all disks")]
    [InlineData("an escape sequence for a digest")]
    public void A_stored_record_that_its_stage_cannot_have_written_is_set_aside_and_computed_again(string fault)
    {
        var record = Records().First(path => File.ReadAllText(path).Contains("\"stage\": \"fit\"", StringComparison.Ordinal));
        Spoil(record, fault);

        var computed = project.Run();
        var next = project.Run();

        Assert.Single(computed);
        Assert.Empty(next);
        Assert.Single(Directory.EnumerateFiles(project["store/quarantine"]));
    }

    [Fact]
    public void Every_damaged_file_is_noticed_in_one_run_however_many_there_are()
    {
        var undisturbed = Project.Everything.ToDictionary(stage => stage, Texts);
        Directory.Delete(project["work/outputs"], recursive: true);
        foreach (var blob in Directory.EnumerateFiles(project["store/cas"], "*", SearchOption.AllDirectories))
            TestStore.FlipBit(blob);

        project.Run();

        Assert.All(undisturbed, stage => Assert.Equal(stage.Value, Texts(stage.Key)));
    }

    [Theory]
    [InlineData("results")]
    [InlineData("cas")]
    public void A_folder_in_the_place_of_a_record_or_blob_is_set_aside(string below)
    {
        var file = Directory.EnumerateFiles(project[$"store/{below}"], "*", SearchOption.AllDirectories).Order().First();
        File.Delete(file);
        Directory.CreateDirectory(file);

        var computed = project.Run();
        var next = project.Run();

        Assert.NotEmpty(computed);
        Assert.Empty(next);
        Assert.True(File.Exists(file));
    }

    private string Texts(string stage) => string.Join('|', Directory.EnumerateFiles(project[$"work/outputs/{stage}"], "text.txt", SearchOption.AllDirectories).Order().Select(File.ReadAllText));

    private IEnumerable<string> Records() => Directory.EnumerateFiles(project["store/results"], "*.json", SearchOption.AllDirectories).Order();

    private static void Spoil(string path, string fault)
    {
        var record = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        // A record without a checksum was written by an older version, and is read.
        record.Remove("checksum");
        var outputs = record["outputs"]!.AsObject();
        var output = outputs.First().Value!.AsObject();
        var files = output["files"]!.AsArray();
        var file = files[0]!.AsObject();
        switch (fault)
        {
            case "no outputs":
                outputs.Clear();
                break;
            case "another output":
                outputs["other"] = output.DeepClone();
                break;
            case "no files":
                files.Clear();
                break;
            case "a file twice":
                files.Add(file.DeepClone());
                break;
            case "a name of 300 letters":
                file["path"] = new string('a', 300);
                break;
            case "a file that is another's folder":
                var below = file.DeepClone();
                below["path"] = $"{file["path"]}/x";
                files.Add(below);
                break;
            case "a path of 6,000 letters":
                file["path"] = string.Join('/', Enumerable.Repeat(new string('d', 100), 60));
                break;
            case "sizes beyond all disks":
                file["size"] = long.MaxValue;
                break;
            default:
                output["digest"] = "x\n\u001b[31m";
                break;
        }
        File.WriteAllText(path, record.ToJsonString(new System.Text.Json.JsonSerializerOptions { WriteIndented = true }));
    }
}
