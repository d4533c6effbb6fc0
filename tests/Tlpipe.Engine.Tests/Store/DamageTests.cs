// After a crash or with a bad disk, no result is ever incomplete.
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Store;

namespace Tlpipe.Engine.Tests.Store;

public sealed class DamageTests : IDisposable
{
    private readonly TestStore test = new();

    public void Dispose() => test.Dispose();

    [Fact]
    public void Blobs_without_a_record_are_no_result()
    {
        var result = test.Publish(1, ("a/x", "text"));
        File.Delete(test.RecordPath(1));

        Assert.Null(test.Store.Find(result.Key));
    }

    [Fact]
    public void A_publishing_that_fails_at_its_last_step_leaves_no_result_and_can_be_repeated()
    {
        var shard = Path.GetDirectoryName(test.RecordPath(1))!;
        File.WriteAllText(shard, "in the way of the record");

        var error = Assert.Throws<PipelineException>(() => test.Publish(1, ("a/x", "text")));
        var found = test.Store.Find(TestStore.Document(1).Key);
        File.Delete(shard);
        test.Publish(1, ("a/x", "text"));

        Assert.Equal(ErrorCode.Store, error.Diagnostics.Single().Code);
        Assert.Null(found);
        Assert.NotNull(test.Store.Find(TestStore.Document(1).Key));
        Assert.Single(test.Files("cas"));
    }

    [Fact]
    public void A_record_without_one_of_its_blobs_is_a_miss_and_publishing_again_heals_it()
    {
        var result = test.Publish(1, ("a/x", "text"), ("b/y", "other"));
        File.Delete(test.BlobPath(result, "b"));

        var found = test.Store.Find(result.Key);
        test.Publish(1, ("a/x", "text"), ("b/y", "other"));

        Assert.Null(found);
        Assert.NotNull(test.Store.Find(result.Key));
    }

    [Fact]
    public void A_truncated_blob_is_a_miss_and_goes_to_quarantine()
    {
        var result = test.Publish(1, ("a/x", "text"));
        TestStore.Truncate(test.BlobPath(result, "a"));

        Assert.Null(test.Store.Find(result.Key));
        Assert.Single(test.Files("quarantine"));
        Assert.Empty(test.Files("cas"));
    }

    [Fact]
    public void A_flipped_bit_is_noticed_when_the_file_is_laid()
    {
        var result = test.Publish(1, ("a/deep/x", "text"));
        TestStore.FlipBit(test.BlobPath(result, "a"));

        var found = test.Store.Find(result.Key);
        var error = Assert.Throws<DamagedResultException>(() => test.Store.Lay(result, "a", test["input"]));

        Assert.NotNull(found);
        Assert.Equal((result.Key, result.Outputs["a"].Files[0].Sha256, "a/deep/x"), (error.Key, error.Sha256, error.File));
        Assert.Single(test.Files("quarantine"));
        Assert.Null(test.Store.Find(result.Key));
        Assert.False(Path.Exists(test["input"]));
    }

    [Fact]
    public void A_damaged_blob_is_replaced_when_its_result_is_published_again()
    {
        var result = test.Publish(1, ("a/x", "text"));
        TestStore.FlipBit(test.BlobPath(result, "a"));
        Assert.Throws<DamagedResultException>(() => test.Store.Lay(result, "a", test["first"]));

        test.Publish(1, ("a/x", "text"));
        test.Store.Lay(test.Store.Find(result.Key)!, "a", test["second"]);

        Assert.Equal("text", File.ReadAllText(test["second/x"]));
    }

    [Fact]
    public void A_damaged_blob_is_replaced_when_another_result_brings_the_same_file()
    {
        var first = test.Publish(1, ("a/x", "text"));
        TestStore.FlipBit(test.BlobPath(first, "a"));

        test.Publish(2, ("b/y", "text"));

        Assert.Equal("text", File.ReadAllText(test.BlobPath(first, "a")));
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[]")]
    public void A_damaged_record_is_a_miss_and_goes_to_quarantine(string content)
    {
        var result = test.Publish(1, ("a/x", "text"));
        File.WriteAllText(test.RecordPath(1), content);

        Assert.Null(test.Store.Find(result.Key));
        Assert.Single(test.Files("quarantine"));
        Assert.False(File.Exists(test.RecordPath(1)));
    }

    [Fact]
    public void A_record_cut_off_anywhere_is_a_miss()
    {
        var result = test.Publish(1, ("a/x", "text"));
        var whole = File.ReadAllBytes(test.RecordPath(1));

        Assert.All(Enumerable.Range(0, whole.Length), length =>
        {
            File.WriteAllBytes(test.RecordPath(1), whole[..length]);
            Assert.Null(test.Store.Find(result.Key));
        });
    }

    [Fact]
    public void A_bit_flipped_anywhere_in_a_record_is_a_miss_or_changes_nothing()
    {
        var result = test.Publish(1, ("a/x", "text"));
        var whole = File.ReadAllBytes(test.RecordPath(1));
        var meant = System.Text.Json.JsonSerializer.Serialize(test.Store.Find(result.Key));

        var harmless = Enumerable.Range(0, whole.Length).Select(at => (at * 8) + (at % 8)).Count(bit =>
        {
            var damaged = (byte[])whole.Clone();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(test.RecordPath(1), damaged);
            var found = test.Store.Find(result.Key);
            Assert.True(found is null || System.Text.Json.JsonSerializer.Serialize(found) == meant);
            return found is not null;
        });

        // A space may become other white space.
        Assert.InRange(harmless, 0, whole.Length);
    }

    [Fact]
    public void A_record_from_before_there_were_checksums_is_found()
    {
        var result = test.Publish(1, ("a/x", "text"));
        var record = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(test.RecordPath(1)))!.AsObject();
        Assert.True(record.Remove("checksum"));

        File.WriteAllText(test.RecordPath(1), record.ToJsonString());

        Assert.NotNull(test.Store.Find(result.Key));
    }

    [Fact]
    public void A_record_of_a_later_tlpipe_that_says_more_is_found()
    {
        var result = test.Publish(1, ("a/x", "text"));
        var record = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(test.RecordPath(1)))!.AsObject();
        record.Remove("checksum");
        record["mood"] = "good";
        // RFC 8785 requires sorted names and no white space; CanonicalJsonTests checks both with the RFC's examples.
        record["checksum"] = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Tlpipe.Engine.Identity.CanonicalJson.Bytes(record)));

        File.WriteAllText(test.RecordPath(1), record.ToJsonString());

        Assert.NotNull(test.Store.Find(result.Key));
    }

    [Theory]
    [InlineData("\"seed\": 1", "\"seed\": 7")]
    [InlineData("\"path\": \"x\"", "\"path\": \"../x\"")]
    [InlineData("\"path\": \"x\"", "\"path\": \"/x\"")]
    [InlineData("\"path\": \"x\"", "\"path\": null")]
    [InlineData("\"a\": {", "\"..\": {")]
    [InlineData("\"a\": {", "\"b\": null, \"a\": {")]
    [InlineData("\"files\": [", "\"files\": [null,")]
    [InlineData("\"size\": 4", "\"size\": -4")]
    [InlineData("\"sha256\": \"", "\"sha256\": \"../")]
    public void A_record_that_says_what_no_publishing_wrote_is_a_miss(string written, string changed)
    {
        var result = test.Publish(1, ("a/x", "text"));
        var record = File.ReadAllText(test.RecordPath(1));
        Assert.Contains(written, record, StringComparison.Ordinal);

        File.WriteAllText(test.RecordPath(1), record.Replace(written, changed, StringComparison.Ordinal));

        Assert.Null(test.Store.Find(result.Key));
        Assert.Single(test.Files("quarantine"));
    }

    [Fact]
    public void A_record_under_another_key_is_a_miss()
    {
        test.Publish(1, ("a/x", "text"));
        test.Publish(2, ("a/x", "text"));

        File.Copy(test.RecordPath(1), test.RecordPath(2), overwrite: true);

        Assert.Null(test.Store.Find(TestStore.Document(2).Key));
    }
}
