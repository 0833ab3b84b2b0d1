/** For fish 3 and later. */
export const FISH = `# Completes vx11-stability in fish. For this shell:  vx11-stability completions fish | source
function __vx11_stability_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l program (string replace -r '^~/' "$HOME/" -- $words[1])
    set -e words[1]
    set -l lines ($program __complete $words "$current" 2>/dev/null </dev/null)
    set -l head (string split \\t -- "$lines[1]")
    set -e lines[1]
    set -l kept "$head[2]"
    set -l typed (string sub -s (math 1 + (string length -- "$kept")) -- "$current")
    switch "$head[1]"
        case file
            for path in (__fish_complete_path "$typed")
                echo -- "$kept$path"
            end
        case folder
            for path in (__fish_complete_directories "$typed" '')
                echo -- "$kept$path"
            end
        case words commas
            for line in $lines
                echo -- "$kept$line"
            end
    end
end
complete -c vx11-stability -f -k -a '(__vx11_stability_complete)'
`;
