// A disk without room is noticed before it is written to.
using Tlpipe.Engine.Diagnostics;
using Tlpipe.Engine.Store;

namespace Tlpipe.Engine.Tests.Store;

public sealed class DiskSpaceTests
{
    [Fact]
    public void Too_little_room_is_said_with_both_figures()
    {
        var error = Assert.Throws<PipelineException>(() => DiskSpace.Check("/store", 3.1e9, "stage 'domain'", free: 1_200_000_000));

        Assert.Equal(
            "error TL0420: stage 'domain' needs about 3.1 GB in /store, where 1.2 GB are free; 'tlpipe cache gc' shows what can go, or give another folder with --store",
            error.Message);
    }

    [Fact]
    public void Enough_room_is_no_matter() => DiskSpace.Check("/store", 3.1e9, "stage 'domain'", free: 3_100_000_000);

    [Fact]
    public void A_full_disk_is_noticed_whatever_is_going_to_be_written() =>
        Assert.Throws<PipelineException>(() => DiskSpace.Check("/store", 0, "stage 'domain'", free: 0));
}
