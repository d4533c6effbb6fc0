// tlpipe cache: what is in a store, whether it is whole, and what need not be there.
using System.CommandLine;

namespace Tlpipe.Commands.Cache;

/// <summary>The commands that look after a store.</summary>
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
