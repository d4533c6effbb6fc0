// tlpipe cache: lists, verifies and cleans a store.
using System.CommandLine;

namespace Tlpipe.Commands.Cache;

/// <summary>The commands for a store.</summary>
internal static class CacheCommand
{
    public static Command Create() => new("cache", "Looks after the store of results")
    {
        ListCommand.Create(),
        VerifyCommand.Create(),
        CollectCommand.Create(),
        PinCommand.Create(),
        TransferCommands.CreateExport(),
        TransferCommands.CreateImport(),
    };
}
